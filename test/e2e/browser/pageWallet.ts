import type { Page } from 'playwright-core';

export interface PageWalletOptions {
  /** One that every chain of the devnet signs for, so that the wallet needs no key. */
  readonly account: string;
  /** Of the chains that the wallet knows, by chain id. */
  readonly rpcUrls: Readonly<Record<number, string>>;
  /** The chain that it is on at first. */
  readonly chainId: number;
  /** What it throws at first, by the method that was asked for. */
  readonly refuses?: Readonly<Record<string, number>>;
}

/** What the user of a page's wallet does. */
export interface PageWallet {
  /** Refuses a method with a code of EIP-1193, once it has passed `passes` times. */
  refuse(method: string, code: number, passes?: number): void;
  /** Refuses and alters nothing any more. */
  obey(): void;
  /** Lets requests for a method wait. */
  hold(method: string): void;
  /** Lets the waiting requests go on. Answers how many they were. */
  release(): number;
  /** Approves this many units (hex), whatever the page asks for. */
  approve(units: string): void;
  lock(): void;
  goToAccount(account: string): void;
  goToChain(chainId: number): void;
  loseConnection(): void;
}

export const PAGE_WALLET_NAME = 'Test wallet';

/**
 * Puts a wallet (EIP-1193) that announces itself (EIP-6963) into every document that the page opens from now on. It passes what it is
 * asked for to the real chains; what its user does is all that is played, by `play`.
 */
export async function announceWallet(page: Page, options: PageWalletOptions): Promise<void> {
  await page.addInitScript(installUser, options);
  await page.addInitScript(installProvider, PAGE_WALLET_NAME);
}

/** Has the user of the page's wallet do something. */
export function play<Method extends keyof PageWallet>(
  page: Page,
  method: Method,
  ...args: Parameters<PageWallet[Method]>
): Promise<ReturnType<PageWallet[Method]>> {
  return page.evaluate(
    ([name, given]) => {
      const { testWallet } = globalThis as unknown as { testWallet: Record<string, (...all: unknown[]) => unknown> };
      return testWallet[name]?.(...given) as never;
    },
    [method as string, args as unknown[]] as const,
  );
}

/** What the two scripts in the page share. */
interface WalletState extends PageWallet {
  readonly rpcUrls: Readonly<Record<number, string>>;
  account: string | null;
  chainId: number;
  refusals: { readonly method: string; readonly code: number; passes: number }[];
  held: string | null;
  approved: string | null;
  waiting: (() => void)[];
  readonly listeners: Map<string, Set<(said: unknown) => void>>;
  emit(event: string, said: unknown): void;
}

type WithWallet = EventTarget & { testWallet: WalletState };

/** Runs in the page, before its own scripts: it can use nothing from outside of itself. */
function installUser({ account, chainId, rpcUrls, refuses = {} }: PageWalletOptions): void {
  const wallet: WalletState = {
    rpcUrls,
    account,
    chainId,
    refusals: Object.entries(refuses).map(([method, code]) => ({ method, code, passes: 0 })),
    held: null,
    approved: null,
    waiting: [],
    listeners: new Map(),
    emit: (event, said) => wallet.listeners.get(event)?.forEach((hear) => hear(said)),
    refuse: (method, code, passes = 0) => void wallet.refusals.push({ method, code, passes }),
    obey: () => {
      wallet.refusals = [];
      wallet.approved = null;
    },
    hold: (method) => void (wallet.held = method),
    release: () => {
      wallet.held = null;
      const released = wallet.waiting;
      wallet.waiting = [];
      for (const go of released) go();
      return released.length;
    },
    approve: (units) => void (wallet.approved = units),
    lock: () => {
      wallet.account = null;
      wallet.emit('accountsChanged', []);
    },
    goToAccount: (other) => {
      wallet.account = other;
      wallet.emit('accountsChanged', [other]);
    },
    goToChain: (other) => {
      wallet.chainId = other;
      wallet.emit('chainChanged', `0x${other.toString(16)}`);
    },
    loseConnection: () => wallet.emit('disconnect', { code: 4900 }),
  };
  (globalThis as unknown as WithWallet).testWallet = wallet;
}

/** As `installUser`, and after it. */
function installProvider(name: string): void {
  const inPage = globalThis as unknown as WithWallet;
  const wallet = inPage.testWallet;
  const refusal = (code: number): Error => Object.assign(new Error('refused by the test'), { code });
  /** `approve(spender, amount)` with the amount that the user has typed. */
  const altered = (method: string, params: unknown): unknown => {
    const [transaction] = Array.isArray(params) ? (params as { readonly data?: string }[]) : [];
    const { approved } = wallet;
    if (approved === null || method !== 'eth_sendTransaction' || !transaction?.data?.startsWith('0x095ea7b3')) {
      return params;
    }
    return [{ ...transaction, data: transaction.data.slice(0, -64) + approved.padStart(64, '0') }];
  };
  const pass = async (method: string, params: unknown): Promise<unknown> => {
    const url = wallet.rpcUrls[wallet.chainId];
    if (url === undefined) throw refusal(4901);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: altered(method, params) ?? [] });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
    if (error !== undefined) throw Object.assign(new Error(error.message), error);
    return result;
  };
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    if (method === wallet.held) await new Promise<void>((go) => wallet.waiting.push(go));
    const refused = wallet.refusals.find((each) => each.method === method);
    if (refused !== undefined && refused.passes-- <= 0) throw refusal(refused.code);
    switch (method) {
      case 'eth_accounts':
      case 'eth_requestAccounts':
        return wallet.account === null ? [] : [wallet.account];
      case 'eth_chainId':
        return `0x${wallet.chainId.toString(16)}`;
      case 'wallet_switchEthereumChain': {
        const [{ chainId: wanted }] = params as [{ chainId: string }];
        if (wallet.rpcUrls[Number(wanted)] === undefined) throw refusal(4902);
        wallet.goToChain(Number(wanted));
        return null;
      }
      default:
        return pass(method, params);
    }
  };
  const { listeners } = wallet;
  const provider = {
    request,
    on: (event: string, hear: (said: unknown) => void) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(hear));
    },
    removeListener: (event: string, hear: (said: unknown) => void) => listeners.get(event)?.delete(hear),
  };
  const info = { uuid: 'test', name, rdns: 'org.example.test' };
  inPage.addEventListener('eip6963:requestProvider', () => {
    inPage.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info, provider } }));
  });
}
