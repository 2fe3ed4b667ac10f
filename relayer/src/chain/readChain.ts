import type { JsonRpcProvider } from 'ethers';
import type { Address, Hash } from '@ala/shared/ids';
import { InconsistentReadError, LogsRefusedError, MalformedAnswerError } from '../lib/errors.js';
import { parseLogs } from './answer.js';
import {
  headerOf,
  headerRequest,
  readHeader,
  readLatest,
  type BlockId,
  type Header,
  type HeaderWithBloom,
} from './header.js';
import { sendTogether } from './sendTogether.js';

/** A log as the node gave it, in lower case. */
export interface ChainLog {
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly logIndex: number;
  readonly txHash: Hash;
  readonly address: Address;
  readonly topics: readonly string[];
  readonly data: string;
}

/** What following a chain yields: more blocks, or the news that blocks above `keep` are no longer the chain's. */
export type ChainUpdate =
  | {
      readonly type: 'blocks';
      readonly headers: readonly HeaderWithBloom[];
      readonly logs: readonly ChainLog[];
      /** The newest block the node had when it was asked for these. */
      readonly head: number;
      readonly elapsedMs: number;
    }
  | { readonly type: 'reorg'; readonly keep: number }
  | { readonly type: 'idle' }
  /** The node is behind what is stored. */
  | { readonly type: 'lagging'; readonly head: number };

export interface ReadChainArgs {
  readonly provider: JsonRpcProvider;
  readonly addresses: readonly Address[];
  readonly nextBlock: number;
  /** The newest stored headers, newest first: enough of them to find a fork. */
  readonly stored: readonly Header[];
  /** The newest stored block that is final; null if none is known to be. */
  readonly final: BlockId | null;
  readonly maxBlocks: number;
}

/**
 * Reads the next blocks above what is stored.
 * @throws InconsistentReadError when the chain changed between two requests: read again.
 * @throws LogsRefusedError when the node does not give the logs of the range.
 * @throws MalformedAnswerError when no chain can be as the node says.
 */
export async function readChain(args: ReadChainArgs): Promise<ChainUpdate> {
  const { provider, nextBlock, stored, maxBlocks } = args;
  const head = await readLatest(provider);
  const newest = stored[0];
  // A node that is behind the one asked before shows older blocks, not other ones: a reorg is told by hashes alone.
  if (newest !== undefined && head.number < newest.number && isBehind(args, head)) {
    return { type: 'lagging', head: head.number };
  }
  if (newest !== undefined && (await isReplaced(provider, newest, head))) {
    return { type: 'reorg', keep: await findFork(provider, stored, head) };
  }
  if (head.number < nextBlock) return { type: 'idle' };
  const lastBlock = Math.min(head.number, nextBlock + maxBlocks - 1);
  const startedMs = performance.now();
  const [headers, logs] = await Promise.all([
    readHeaders(provider, nextBlock, lastBlock),
    readLogs(provider, args.addresses, nextBlock, lastBlock),
  ]);
  const elapsedMs = performance.now() - startedMs;
  checkConsistent(newest, headers, logs);
  return { type: 'blocks', headers, logs, head: head.number, elapsedMs };
}

export interface AnnouncedArgs {
  readonly provider: JsonRpcProvider;
  readonly addresses: readonly Address[];
  /** The newest block that is stored. */
  readonly newest: Header;
  /** A block that somebody has told of, who need not be believed. */
  readonly announced: BlockId;
}

/**
 * The one block above what is stored, in one request, if the announced one is that and the node's head; null if it is not: `readChain`
 * says then what there is.
 * @throws as `readChain`, or what the node failed with.
 */
export async function readAnnounced({
  provider,
  addresses,
  newest,
  announced: { number, hash },
}: AnnouncedArgs): Promise<Extract<ChainUpdate, { type: 'blocks' }> | null> {
  if (number !== newest.number + 1) return null;
  const startedMs = performance.now();
  const [latest, logsAnswer] = await sendTogether(provider, [
    headerRequest('latest'),
    // A node that does not have the block refuses this, where it would say of a number that there is nothing.
    { method: 'eth_getLogs', params: [{ address: addresses, blockHash: hash }] },
  ]);
  const head = headerOf('latest', latest);
  if (head?.hash !== hash || head.number !== number || head.parentHash !== newest.hash) return null;
  const logs = logsOf(logsAnswer, addresses, number, number);
  checkConsistent(newest, [head], logs);
  return { type: 'blocks', headers: [head], logs, head: number, elapsedMs: performance.now() - startedMs };
}

/** The head is one of the stored blocks, or so far below that no fork explains it: then nothing can be said yet. */
function isBehind({ stored, final }: ReadChainArgs, head: Header): boolean {
  const oldest = stored.at(-1);
  return (
    stored.some(({ hash }) => hash === head.hash) ||
    (oldest !== undefined && head.number < oldest.number) ||
    (final !== null && head.number < final.number)
  );
}

/** The chain has another block in the place of a stored one. */
async function isReplaced(provider: JsonRpcProvider, header: Header, head: Header): Promise<boolean> {
  if (header.number > head.number) return true;
  const current = header.number === head.number ? head : await readHeader(provider, header.number);
  if (current === null) throw new InconsistentReadError(`block ${header.number} is gone below block ${head.number}`);
  return current.hash !== header.hash;
}

/** The block below all stored ones that the chain has replaced; headers below may have been dropped. The newest, if a node has changed its mind. */
async function findFork(provider: JsonRpcProvider, stored: readonly Header[], head: Header): Promise<number> {
  let keep = stored[0]?.number ?? -1;
  for (const header of stored) {
    if (!(await isReplaced(provider, header, head))) break;
    keep = header.number - 1;
  }
  return keep;
}

async function readHeaders(provider: JsonRpcProvider, first: number, last: number): Promise<HeaderWithBloom[]> {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const answers = await sendTogether(provider, numbers.map(headerRequest));
  return numbers.map((number, index) => {
    const header = headerOf(number, answers[index]);
    if (header === null) throw new InconsistentReadError(`block ${number} is gone`);
    return header;
  });
}

async function readLogs(
  provider: JsonRpcProvider,
  addresses: readonly Address[],
  fromBlock: number,
  toBlock: number,
): Promise<ChainLog[]> {
  const range = { fromBlock: `0x${fromBlock.toString(16)}`, toBlock: `0x${toBlock.toString(16)}` };
  let answer: unknown;
  try {
    answer = await provider.send('eth_getLogs', [{ address: addresses, ...range }]);
  } catch (error) {
    throw new LogsRefusedError(toBlock - fromBlock + 1, error);
  }
  return logsOf(answer, addresses, fromBlock, toBlock);
}

function logsOf(answer: unknown, addresses: readonly Address[], first: number, last: number): ChainLog[] {
  const logs = parseLogs(answer).map((log) => ({
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
    logIndex: log.logIndex,
    txHash: log.transactionHash,
    address: log.address,
    topics: log.topics,
    data: log.data,
  }));
  checkAsked(logs, addresses, first, last);
  return logs;
}

/** Every log is of the contracts and blocks asked for, and comes once and in order. */
function checkAsked(logs: readonly ChainLog[], addresses: readonly Address[], first: number, last: number): void {
  const wanted = new Set(addresses);
  let previous: ChainLog | undefined;
  for (const log of logs) {
    const { blockNumber, logIndex, address } = log;
    const refuse = (why: string) =>
      new MalformedAnswerError(`log ${logIndex} of block ${blockNumber} ${why}: use another node`);
    if (!wanted.has(address)) throw refuse(`is of ${address}, which was not asked for`);
    if (blockNumber < first || blockNumber > last) throw refuse(`is not of blocks ${first} to ${last}`);
    if (previous !== undefined && !isAfter(log, previous)) throw refuse('comes twice or out of order');
    previous = log;
  }
}

function isAfter(log: ChainLog, other: ChainLog): boolean {
  return (
    log.blockNumber > other.blockNumber || (log.blockNumber === other.blockNumber && log.logIndex > other.logIndex)
  );
}

/** Headers form a chain on top of what is stored, and every log lies in one of them. */
function checkConsistent(newest: Header | undefined, headers: readonly Header[], logs: readonly ChainLog[]): void {
  let parent = newest;
  for (const header of headers) {
    if (parent !== undefined && parent.number === header.number - 1 && parent.hash !== header.parentHash) {
      throw new InconsistentReadError(`block ${header.number} is not the child of block ${parent.number}`);
    }
    parent = header;
  }
  const hashes = new Map(headers.map((header) => [header.number, header.hash]));
  for (const log of logs) {
    if (hashes.get(log.blockNumber) !== log.blockHash) {
      throw new InconsistentReadError(`a log of block ${log.blockNumber} belongs to another block of that number`);
    }
  }
}
