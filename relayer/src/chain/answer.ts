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

const rpcHeader = z.object({ number: quantity, hash, parentHash: hash, timestamp: quantity, logsBloom: bloom });

const address = hex(/^0x[0-9a-f]{40}$/i).transform((text) => text as Address);

export const rpcTransactions = z.object({ transactions: z.array(hash) });
export const rpcReceipt = z.object({ blockHash: hash, logs: z.array(z.object({ address })) });
/** Of a receipt: what became of its transaction, and in which block. */
export const rpcOutcome = z.object({ status: quantity, blockNumber: quantity, blockHash: hash });
export const rpcReceipts = z.array(rpcReceipt);

const rpcLogs = z.array(
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

/**
 * One header of an answer. A chain has very many: those in lower case are checked by hand.
 * @throws MalformedAnswerError naming the first field that is wrong.
 */
export function parseHeader(answer: unknown): z.infer<typeof rpcHeader> {
  return lowerCaseHeader(answer) ?? parseAnswer('eth_getBlockByNumber', rpcHeader, answer);
}

type RpcLog = z.infer<typeof rpcLogs>[number];

/**
 * The answer to `eth_getLogs`. A chain has very many logs: those as nearly all nodes write them, in lower case, are checked by hand.
 * @throws MalformedAnswerError naming the first field that is wrong.
 */
export function parseLogs(answer: unknown): RpcLog[] {
  if (Array.isArray(answer)) {
    const logs = answer.map(lowerCaseLog);
    if (logs.every((log) => log !== null)) return logs;
  }
  return parseAnswer('eth_getLogs', rpcLogs, answer);
}

const LOWER_BLOOM = /^0x[0-9a-f]{512}$/;
const LOWER_HASH = /^0x[0-9a-f]{64}$/;
const LOWER_ADDRESS = /^0x[0-9a-f]{40}$/;
const LOWER_BYTES = /^0x(?:[0-9a-f]{2})*$/;
/** Below 2^48. */
const LOWER_QUANTITY = /^0x[0-9a-f]{1,12}$/;

/** Null if it is not a header in lower case, or not one at all. */
function lowerCaseHeader(value: unknown): z.infer<typeof rpcHeader> | null {
  if (typeof value !== 'object' || value === null) return null;
  const { number, hash, parentHash, timestamp, logsBloom } = value as Partial<Record<string, unknown>>;
  if (!matches(LOWER_QUANTITY, number) || !matches(LOWER_QUANTITY, timestamp)) return null;
  if (!matches(LOWER_HASH, hash) || !matches(LOWER_HASH, parentHash) || !matches(LOWER_BLOOM, logsBloom)) return null;
  return {
    number: Number(number),
    hash: hash as Hash,
    parentHash: parentHash as Hash,
    timestamp: Number(timestamp),
    logsBloom,
  };
}

/** Null if it is not a log in lower case, or not one at all. */
function lowerCaseLog(value: unknown): RpcLog | null {
  if (typeof value !== 'object' || value === null) return null;
  const log = value as Partial<Record<string, unknown>>;
  const { blockNumber, blockHash, logIndex, transactionHash, address, topics, data, removed } = log;
  if (!matches(LOWER_QUANTITY, blockNumber) || !matches(LOWER_QUANTITY, logIndex)) return null;
  if (!matches(LOWER_HASH, blockHash) || !matches(LOWER_HASH, transactionHash)) return null;
  if (!matches(LOWER_ADDRESS, address) || !matches(LOWER_BYTES, data)) return null;
  if (!Array.isArray(topics) || topics.length > 4 || !topics.every((topic) => matches(LOWER_HASH, topic))) return null;
  if (removed !== undefined && removed !== false) return null;
  return {
    blockNumber: Number(blockNumber),
    blockHash: blockHash as Hash,
    logIndex: Number(logIndex),
    transactionHash: transactionHash as Hash,
    address: address as Address,
    topics: topics as Hash[],
    data,
  };
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}
