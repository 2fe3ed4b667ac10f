import { isError, type JsonRpcProvider, type TransactionReceipt } from 'ethers';
import { toHash } from '@ala/shared/ids';
import type { BlockId } from '../chain/header.js';
import type { Clock } from '../lib/clock.js';
import { backoffMs } from '../lib/retry.js';
import type { Attempt, Lineage } from './attempts.js';

/** What became of a transaction, by whichever of its attempts. */
export type Fate =
  | { readonly type: 'mined'; readonly attempt: Attempt; readonly succeeded: boolean; readonly block: BlockId }
  /** Another transaction of the signer took its nonce: it can never be mined. */
  | { readonly type: 'replaced' }
  /** Not known; it may still be mined. */
  | { readonly type: 'unknown' };

export interface BroadcastArgs {
  readonly provider: JsonRpcProvider;
  readonly lineage: Pick<Lineage, 'nonce' | 'attempts' | 'newest'>;
  readonly sender: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** How long to wait for a receipt before the answer is `unknown`. */
  readonly patienceMs: number;
  readonly onAccepted: () => Promise<void>;
}

/** Sends the newest attempt, if the chain does not have one of them yet, and waits for a receipt of any. */
export async function broadcast(args: BroadcastArgs): Promise<Fate> {
  const early = await fateOf(args);
  if (early.type !== 'unknown') return early;
  if (await send(args)) await args.onAccepted();
  return waitForFate(args);
}

/** @returns false if the node has a transaction of this nonce that it prefers: that one may be mined, ours may be replaced. */
async function send(args: BroadcastArgs): Promise<boolean> {
  const { provider, lineage } = args;
  const { raw, hash } = lineage.newest;
  try {
    await provider.send('eth_sendRawTransaction', [raw]);
  } catch (error) {
    // "Already known" and "nonce too low" are good news worded differently by each node: its fate says which.
    const fate = await fateOf(args);
    if (fate.type === 'unknown' && (await provider.getTransaction(hash)) === null) {
      if (isError(error, 'REPLACEMENT_UNDERPRICED')) return false;
      throw error;
    }
  }
  return true;
}

async function waitForFate(args: BroadcastArgs): Promise<Fate> {
  const { clock, signal } = args;
  const giveUpAt = clock.nowMs() + args.patienceMs;
  for (let round = 1; ; round++) {
    const fate = await fateOf(args);
    if (fate.type !== 'unknown' || signal.aborted || clock.nowMs() > giveUpAt) return fate;
    await clock.pause(backoffMs({ firstMs: 20, maxMs: 500 }, round), signal);
  }
}

async function fateOf({ provider, lineage, sender }: BroadcastArgs): Promise<Fate> {
  // The nonce first: a receipt that comes between the two reads is then still seen.
  const minedNonces = await provider.getTransactionCount(sender, 'latest');
  const receipts = await Promise.all(lineage.attempts.map(({ hash }) => provider.getTransactionReceipt(hash)));
  for (const [index, attempt] of lineage.attempts.entries()) {
    const receipt = receipts[index] ?? null;
    if (receipt !== null) return mined(attempt, receipt);
  }
  return minedNonces > lineage.nonce ? { type: 'replaced' } : { type: 'unknown' };
}

function mined(attempt: Attempt, receipt: TransactionReceipt): Fate {
  return {
    type: 'mined',
    attempt,
    succeeded: receipt.status === 1,
    block: { number: receipt.blockNumber, hash: toHash(receipt.blockHash) },
  };
}
