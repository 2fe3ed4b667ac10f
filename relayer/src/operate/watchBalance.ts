import type { Chain } from '../chain/chain.js';
import { pause, unlessAborted } from '../lib/retry.js';
import type { SignerState } from './signerState.js';

export interface WatchBalanceArgs {
  readonly chain: Chain;
  readonly address: string;
  readonly state: SignerState;
  readonly signal: AbortSignal;
  readonly everyMs: number;
}

/** Reads the signer's balance again and again. An RPC that does not answer is told of by whoever follows the chain. */
export async function watchBalance({ chain, address, state, signal, everyMs }: WatchBalanceArgs): Promise<void> {
  while (!signal.aborted) {
    const balanceWei = await unlessAborted(
      chain.provider.getBalance(address).catch(() => null),
      signal,
    );
    if (balanceWei !== null) state.balance(balanceWei);
    await pause(everyMs, signal);
  }
}
