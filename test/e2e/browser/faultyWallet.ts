import type { Page } from 'playwright-core';

export interface FaultyWallet {
  readonly account: string;
  /** The chain that it is on. */
  readonly chainId: number;
  /** What it throws: 4001 and -32002 when asked for accounts, 4902 when asked to switch or to add the chain. */
  readonly code: number;
}

/** A wallet that announces itself to the page and refuses; the refusal is all that is simulated. */
export async function announceWallet(page: Page, wallet: FaultyWallet): Promise<void> {
  await page.addInitScript(({ account, chainId, code }) => {
    const inPage = globalThis as unknown as EventTarget;
    const isOfChain = code === 4902;
    const fail = (): never => {
      throw Object.assign(new Error('refused by the test'), { code });
    };
    const provider = {
      request: ({ method }: { readonly method: string }) =>
        Promise.resolve().then((): unknown => {
          if (method === 'eth_requestAccounts') return isOfChain ? [account] : fail();
          if (method === 'eth_chainId') return `0x${chainId.toString(16)}`;
          return fail();
        }),
    };
    const info = { uuid: 'test', name: 'Test wallet' };
    const announce = (): void => {
      inPage.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info, provider } }));
    };
    inPage.addEventListener('eip6963:requestProvider', announce);
  }, wallet);
}
