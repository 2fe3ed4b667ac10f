import type { JsonRpcProvider } from 'ethers';
import type { Hash } from '@ala/shared/ids';
import { InconsistentReadError, MalformedAnswerError } from '../lib/errors.js';
import { parseAnswer, rpcHeader } from './answer.js';

export interface BlockId {
  readonly number: number;
  readonly hash: Hash;
}

/** What this node keeps of a block. */
export interface Header extends BlockId {
  readonly parentHash: Hash;
  readonly timestampSec: number;
}

/**
 * The header of block `tag`, or null if the node does not have it.
 * @throws MalformedAnswerError if it is no header, or that of another block.
 */
export async function readHeader(provider: JsonRpcProvider, tag: number | 'latest'): Promise<Header | null> {
  // Not `getBlock`: formatting a block with its transactions costs ten times the request.
  const blockTag = typeof tag === 'number' ? `0x${tag.toString(16)}` : tag;
  const answer: unknown = await provider.send('eth_getBlockByNumber', [blockTag, false]);
  if (answer === null) return null;
  const { number, hash, parentHash, timestamp } = parseAnswer('eth_getBlockByNumber', rpcHeader, answer);
  if (tag !== 'latest' && number !== tag) {
    throw new MalformedAnswerError(`the node shows block ${number} when asked for block ${tag}, use another one`);
  }
  return { number, hash, parentHash, timestampSec: timestamp };
}

/** @throws InconsistentReadError if the node has none. */
export async function readLatest(provider: JsonRpcProvider): Promise<Header> {
  const head = await readHeader(provider, 'latest');
  if (head === null) throw new InconsistentReadError('the node has no latest block');
  return head;
}
