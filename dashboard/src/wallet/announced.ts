import type { Eip1193Provider } from 'ethers';

/** A wallet that this page can ask. */
export interface KnownWallet {
  /** The same for as long as the page is open. */
  readonly id: string;
  /** The same at every visit, by which a wallet is known again; of its own choosing, as the name. */
  readonly rdns: string;
  readonly name: string;
  readonly provider: Eip1193Provider;
}

const LONGEST_NAME = 40;

/**
 * Tells of wallets as they announce themselves (EIP-6963), all that are known each time; one that only stands at `window.ethereum` is
 * told of as well. Answers what ends it.
 */
export function watchWallets(page: Window, onChange: (wallets: readonly KnownWallet[]) => void): () => void {
  const known = new Map<string, KnownWallet>();
  const tell = (): void => onChange(withInjected(page, [...known.values()]));
  const hear = (event: Event): void => {
    const wallet = walletOf((event as CustomEvent<unknown>).detail);
    if (wallet === null || known.has(wallet.id)) return;
    known.set(wallet.id, wallet);
    tell();
  };
  page.addEventListener('eip6963:announceProvider', hear);
  page.dispatchEvent(new Event('eip6963:requestProvider'));
  tell();
  return () => page.removeEventListener('eip6963:announceProvider', hear);
}

/** Pure: the wallet that an announcement tells of; null if it is malformed, which is any script's to send. */
export function walletOf(detail: unknown): KnownWallet | null {
  const { info, provider } = fieldsOf(detail);
  const { uuid, name, rdns } = fieldsOf(info);
  if (typeof uuid !== 'string' || uuid === '' || typeof name !== 'string' || name.trim() === '') return null;
  if (typeof fieldsOf(provider)['request'] !== 'function') return null;
  const shown = name.trim().slice(0, LONGEST_NAME);
  // Some leave out what the standard wants: they are known by their name.
  const known = typeof rdns === 'string' && rdns !== '' ? rdns : shown;
  return { id: uuid, rdns: known, name: shown, provider: provider as Eip1193Provider };
}

/** Older wallets do not announce themselves. */
function withInjected(page: Window, announced: readonly KnownWallet[]): readonly KnownWallet[] {
  const { ethereum } = page as { readonly ethereum?: unknown };
  if (announced.length > 0 || typeof fieldsOf(ethereum)['request'] !== 'function') return announced;
  return [{ id: 'injected', rdns: 'injected', name: 'Wallet of this browser', provider: ethereum as Eip1193Provider }];
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
