import { isError, type JsonRpcProvider } from 'ethers';
import { parseAnswer, rpcOutcome } from '../chain/answer.js';
import type { BlockId } from '../chain/header.js';
import { sendTogether } from '../chain/sendTogether.js';
import type { Attempt, Lineage } from './attempts.js';

/** What became of a transaction, by whichever of its attempts. */
export type Fate =
  | { readonly type: 'mined'; readonly attempt: Attempt; readonly succeeded: boolean; readonly block: BlockId }
  /** Another transaction of the signer took its nonce: it can never be mined. */
  | { readonly type: 'replaced' }
  /** Not known; it may still be mined. */
  | { readonly type: 'unknown' };

/** How a node has answered to a transaction that was handed in. */
export type Reception =
  | { readonly type: 'taken' }
  /** The node has a transaction of this nonce that it prefers: that one may be mined, ours may be replaced. */
  | { readonly type: 'outbid' }
  /** The node has none of its attempts, and does not take the newest. */
  | { readonly type: 'refused'; readonly error: unknown };

export interface Handed {
  readonly provider: JsonRpcProvider;
  readonly sender: string;
}

type Sent = Pick<Lineage, 'nonce' | 'attempts' | 'newest'>;

/** How many transactions of the signer blocks have: the nonces below are used. */
export function readUsedNonces({ provider, sender }: Handed): Promise<number> {
  return provider.getTransactionCount(sender, 'latest');
}

/**
 * The fates of a signer's transactions, in the order given.
 * @param usedNonces was read before: a receipt that comes between the two reads is then still seen.
 */
export async function readFates({ provider }: Handed, lineages: readonly Sent[], usedNonces: number): Promise<Fate[]> {
  const mayBeMined = lineages.filter(({ nonce }) => nonce < usedNonces);
  const hashes = mayBeMined.flatMap(({ attempts }) => attempts.map(({ hash }) => hash));
  if (hashes.length === 0) return lineages.map(() => ({ type: 'unknown' }));
  const answers = await sendTogether(
    provider,
    hashes.map((hash) => ({ method: 'eth_getTransactionReceipt', params: [hash] })),
  );
  const receiptOf = new Map(hashes.map((hash, index) => [hash, answers[index] ?? null]));
  return lineages.map(({ nonce, attempts }): Fate => {
    if (usedNonces <= nonce) return { type: 'unknown' };
    for (const attempt of attempts) {
      const receipt = receiptOf.get(attempt.hash) ?? null;
      if (receipt !== null) return mined(attempt, receipt);
    }
    return { type: 'replaced' };
  });
}

/** Hands in the newest attempt of each lineage; a node gets them in the order given, if it takes requests in theirs. */
export function handIn(args: Handed, lineages: readonly Sent[]): Promise<Reception[]> {
  return Promise.all(lineages.map((lineage) => handInOne(args, lineage)));
}

async function handInOne(args: Handed, lineage: Sent): Promise<Reception> {
  const { provider } = args;
  const { raw, hash } = lineage.newest;
  try {
    await provider.send('eth_sendRawTransaction', [raw]);
    return { type: 'taken' };
  } catch (error) {
    // "Already known" and "nonce too low" are good news worded differently by each node: its fate says which.
    const [fate] = await readFates(args, [lineage], await readUsedNonces(args));
    if (fate?.type !== 'unknown' || (await provider.getTransaction(hash)) !== null) return { type: 'taken' };
    return isError(error, 'REPLACEMENT_UNDERPRICED') ? { type: 'outbid' } : { type: 'refused', error };
  }
}

function mined(attempt: Attempt, answer: unknown): Fate {
  const { status, blockNumber, blockHash } = parseAnswer('eth_getTransactionReceipt', rpcOutcome, answer);
  return { type: 'mined', attempt, succeeded: status === 1, block: { number: blockNumber, hash: blockHash } };
}
