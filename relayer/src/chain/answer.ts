import { z } from 'zod';
import type { Address, Hash } from '@ala/shared/ids';
import { MalformedAnswerError } from '../lib/errors.js';

const hex = (pattern: RegExp) => z.string().regex(pattern).toLowerCase();
const hash = hex(/^0x[0-9a-f]{64}$/i).transform((text) => text as Hash);

/** What JSON-RPC calls a quantity. A null, as in a pending block, must not become 0. */
const quantity = hex(/^0x[0-9a-f]+$/i)
  .transform(Number)
  .pipe(z.number().int().max(Number.MAX_SAFE_INTEGER));

/** Some chains leave the bloom filter out. */
const bloom = hex(/^0x[0-9a-f]{512}$/i).nullish();

export const rpcHeader = z.object({ number: quantity, hash, parentHash: hash, timestamp: quantity, logsBloom: bloom });

const address = hex(/^0x[0-9a-f]{40}$/i).transform((text) => text as Address);

export const rpcTransactions = z.object({ transactions: z.array(hash) });
export const rpcReceipt = z.object({ blockHash: hash, logs: z.array(z.object({ address })) });
export const rpcReceipts = z.array(rpcReceipt);

export const rpcLogs = z.array(
  z.object({
    blockNumber: quantity,
    blockHash: hash,
    logIndex: quantity,
    transactionHash: hash,
    address,
    topics: z.array(hash).max(4),
    data: hex(/^0x([0-9a-f]{2})*$/i),
    // A log that a reorg took back is not on the chain.
    removed: z.literal(false).optional(),
  }),
);

/**
 * A node's answer in the shape it must have.
 * @throws MalformedAnswerError naming the first field that is wrong.
 */
export function parseAnswer<T extends z.ZodType>(method: string, shape: T, answer: unknown): z.infer<T> {
  const result = shape.safeParse(answer);
  if (result.success) return result.data;
  const { path = [], message = '' } = result.error.issues[0] ?? {};
  const field = path.length === 0 ? 'the answer' : path.join('.');
  throw new MalformedAnswerError(`the node answers ${method} wrongly, use another one: ${field}: ${message}`, {
    cause: result.error,
  });
}
