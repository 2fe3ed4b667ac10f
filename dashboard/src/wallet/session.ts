import type { Explanation } from '@ala/shared/client/clientError';
import type { Address } from '@ala/shared/ids';
import type { KnownWallet } from './announced.js';

/** Whose bids are shown, and who signs. */
export interface Session {
  readonly wallet: KnownWallet;
  readonly account: Address;
  /** The chain that the wallet is on; null if it says none. */
  readonly chainId: number | null;
}

/** What a wallet says by itself (EIP-1193). Any script could be behind it: nothing of it is taken as given. */
export type WalletEvent =
  | { readonly name: 'accountsChanged'; readonly said: unknown }
  | { readonly name: 'chainChanged'; readonly said: unknown }
  | { readonly name: 'disconnect' };

export interface SessionState {
  readonly session: Session | null;
  /** Why the session is not what it was; null if the user has asked for it. */
  readonly note: Explanation | null;
}

/** Pure: what becomes of a session when its wallet says something. */
export function sessionAfter({ session, note }: SessionState, event: WalletEvent): SessionState {
  if (session === null) return { session, note };
  switch (event.name) {
    case 'chainChanged':
      return { session: { ...session, chainId: chainIdIn(event.said) }, note };
    case 'disconnect':
      return ended('the wallet has lost its connection', 'Check its network, then connect anew.');
    case 'accountsChanged': {
      const account = firstAccount(event.said);
      if (account === session.account) return { session, note };
      if (account !== null) return { session: { ...session, account }, note: OTHER_ACCOUNT };
      return ended('the wallet was locked, or shows this page no account any more', 'Unlock it and connect anew.');
    }
  }
}

const OTHER_ACCOUNT: Explanation = {
  kind: 'wallet',
  what: 'the wallet has gone to another account',
  whatToDo: 'The bids of that one are shown now.',
};

function ended(what: string, whatToDo: string): SessionState {
  return { session: null, note: { kind: 'wallet', what, whatToDo } };
}

/** Pure: the account that a wallet names first; null if it names none. */
export function firstAccount(accounts: unknown): Address | null {
  const [first] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  // Not by `toAddress`, which brings a library along: this is part of the first load.
  return typeof first === 'string' && /^0x[0-9a-f]{40}$/i.test(first) ? (first.toLowerCase() as Address) : null;
}

/** Pure: the number of a chain as wallets say it, `0x7a69`; null if it is none. */
export function chainIdIn(said: unknown): number | null {
  const chainId = typeof said === 'string' && /^0x[0-9a-f]+$/i.test(said) ? Number(said) : NaN;
  return Number.isSafeInteger(chainId) ? chainId : null;
}
