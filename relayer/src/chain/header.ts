import type { JsonRpcProvider } from 'ethers';
import type { Hash } from '@ala/shared/ids';
import { InconsistentReadError, MalformedAnswerError } from '../lib/errors.js';
import { parseHeader } from './answer.js';
import type { RpcRequest } from './sendTogether.js';

export interface BlockId {
  readonly number: number;
  readonly hash: Hash;
}

/** What this node keeps of a block. */
export interface Header extends BlockId {
  readonly parentHash: Hash;
  readonly timestampSec: number;
}

/** A header as it was read. */
export interface HeaderWithBloom extends Header {
  /** Which contracts may have logs in the block; null where the chain has no such filter. */
  readonly logsBloom: string | null;
}

export type BlockTag = 'latest' | 'safe' | 'finalized';

/**
 * The header of block `tag`, or null if the node does not have it.
 * @throws MalformedAnswerError if it is no header, or that of another block.
 */
export async function readHeader(provider: JsonRpcProvider, tag: number | BlockTag): Promise<HeaderWithBloom | null> {
  const { method, params } = headerRequest(tag);
  return headerOf(tag, await provider.send(method, [...params]));
}

/** Not `getBlock`: formatting a block with its transactions costs ten times the request. */
export function headerRequest(tag: number | BlockTag): RpcRequest {
  const blockTag = typeof tag === 'number' ? `0x${tag.toString(16)}` : tag;
  return { method: 'eth_getBlockByNumber', params: [blockTag, false] };
}

/** What a node has answered to `headerRequest`; see `readHeader`. */
export function headerOf(tag: number | BlockTag, answer: unknown): HeaderWithBloom | null {
  if (answer === null) return null;
  const { number, hash, parentHash, timestamp, logsBloom = null } = parseHeader(answer);
  if (typeof tag === 'number' && number !== tag) {
    throw new MalformedAnswerError(`the node shows block ${number} when asked for block ${tag}, use another one`);
  }
  return { number, hash, parentHash, timestampSec: timestamp, logsBloom };
}

/** @throws InconsistentReadError if the node has none. */
export async function readLatest(provider: JsonRpcProvider): Promise<HeaderWithBloom> {
  const head = await readHeader(provider, 'latest');
  if (head === null) throw new InconsistentReadError('the node has no latest block');
  return head;
}
