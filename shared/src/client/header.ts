import type { Provider } from 'ethers';
import { z } from 'zod';
import { InvalidValueError } from '../errors.js';
import { toHash, type Hash } from '../ids.js';

/** A provider that passes any method of JSON-RPC on, as `JsonRpcProvider` does. */
export interface RpcProvider extends Provider {
  send(method: string, params: unknown[]): Promise<unknown>;
}

/** What of a block a plan is checked against. */
export interface BlockHeader {
  readonly number: number;
  readonly hash: Hash;
  readonly timestampSec: number;
}

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]+$/i)
  .transform(Number)
  .pipe(z.int());

const rpcHeader = z.object({ number: quantity, hash: z.string(), timestamp: quantity });

/**
 * The header of block `tag`; null if the chain's RPC does not have it.
 * @throws InvalidValueError if it is no header, or that of another block.
 */
export async function readBlockHeader(provider: RpcProvider, tag: number | 'latest'): Promise<BlockHeader | null> {
  // Not `getBlock`: formatting a block costs ten times the request.
  const blockTag = typeof tag === 'number' ? `0x${tag.toString(16)}` : tag;
  const answer = await provider.send('eth_getBlockByNumber', [blockTag, false]);
  if (answer === null) return null;
  const parsed = rpcHeader.safeParse(answer);
  if (!parsed.success || (typeof tag === 'number' && parsed.data.number !== tag)) {
    throw new InvalidValueError('eth_getBlockByNumber', JSON.stringify(answer).slice(0, 200), `block ${tag}`);
  }
  const { number, hash, timestamp } = parsed.data;
  return { number, hash: toHash(hash), timestampSec: timestamp };
}
