import type { JsonRpcProvider } from 'ethers';
import { toHash, type Hash } from '@ala/shared/ids';
import { parseSmallUint } from '@ala/shared/integers';
import { InconsistentReadError } from '../lib/errors.js';

export interface BlockId {
  readonly number: number;
  readonly hash: Hash;
}

/** What this node keeps of a block. */
export interface Header extends BlockId {
  readonly parentHash: Hash;
  readonly timestampSec: number;
}

/** The header of block `tag`, or null if the node does not have it. */
export async function readHeader(provider: JsonRpcProvider, tag: number | 'latest'): Promise<Header | null> {
  // Not `getBlock`: formatting a block with its transactions costs ten times the request.
  const blockTag = typeof tag === 'number' ? `0x${tag.toString(16)}` : tag;
  const block = (await provider.send('eth_getBlockByNumber', [blockTag, false])) as Record<string, string> | null;
  if (block === null) return null;
  return {
    number: parseSmallUint('block number', Number(block['number'])),
    hash: toHash(block['hash']),
    parentHash: toHash(block['parentHash']),
    timestampSec: parseSmallUint('block timestamp', Number(block['timestamp'])),
  };
}

/** @throws InconsistentReadError if the node has none. */
export async function readLatest(provider: JsonRpcProvider): Promise<Header> {
  const head = await readHeader(provider, 'latest');
  if (head === null) throw new InconsistentReadError('the node has no latest block');
  return head;
}
