import type { JsonRpcProvider, TransactionReceipt } from 'ethers';
import { toHash } from '@ala/shared/ids';
import type { BlockId } from '../chain/header.js';
import { backoffMs, pause } from '../lib/retry.js';
import type { Attempt } from './attempts.js';

/** What became of a signed transaction. */
export type Fate =
  | { readonly type: 'mined'; readonly succeeded: boolean; readonly block: BlockId }
  /** Another transaction of the signer took its nonce: it can never be mined. */
  | { readonly type: 'replaced' }
  /** Not known; it may still be mined. */
  | { readonly type: 'unknown' };

export interface BroadcastArgs {
  readonly provider: JsonRpcProvider;
  readonly attempt: Attempt;
  readonly sender: string;
  readonly signal: AbortSignal;
  /** How long to wait for a receipt before the answer is `unknown`. */
  readonly patienceMs: number;
  readonly onAccepted: () => Promise<void>;
}

/** Sends a stored transaction, if the chain does not have it yet, and waits for its receipt. */
export async function broadcast(args: BroadcastArgs): Promise<Fate> {
  const { provider, attempt, sender } = args;
  const early = await fateOf(provider, attempt, sender);
  if (early.type !== 'unknown') return early;
  try {
    await provider.send('eth_sendRawTransaction', [attempt.raw]);
  } catch (error) {
    // "Already known" and "nonce too low" are good news worded differently by each node: its fate says which.
    const fate = await fateOf(provider, attempt, sender);
    if (fate.type === 'unknown' && (await provider.getTransaction(attempt.hash)) === null) throw error;
  }
  await args.onAccepted();
  return waitForFate(args);
}

async function waitForFate({ provider, attempt, sender, signal, patienceMs }: BroadcastArgs): Promise<Fate> {
  const giveUpAt = Date.now() + patienceMs;
  for (let round = 1; ; round++) {
    const fate = await fateOf(provider, attempt, sender);
    if (fate.type !== 'unknown' || signal.aborted || Date.now() > giveUpAt) return fate;
    await pause(backoffMs({ firstMs: 20, maxMs: 500 }, round), signal);
  }
}

async function fateOf(provider: JsonRpcProvider, attempt: Attempt, sender: string): Promise<Fate> {
  // The nonce first: a receipt that comes between the two reads is then still seen.
  const minedNonces = await provider.getTransactionCount(sender, 'latest');
  const receipt = await provider.getTransactionReceipt(attempt.hash);
  if (receipt !== null) return mined(receipt);
  return minedNonces > attempt.nonce ? { type: 'replaced' } : { type: 'unknown' };
}

function mined(receipt: TransactionReceipt): Fate {
  return {
    type: 'mined',
    succeeded: receipt.status === 1,
    block: { number: receipt.blockNumber, hash: toHash(receipt.blockHash) },
  };
}
