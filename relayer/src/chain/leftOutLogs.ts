import type { JsonRpcProvider } from 'ethers';
import type { Address } from '@ala/shared/ids';
import { LogsLeftOutError, MalformedAnswerError, UnavailableError } from '../lib/errors.js';
import { parseAnswer, rpcReceipt, rpcReceipts, rpcTransactions } from './answer.js';
import { mayHoldLogsOf } from './bloom.js';
import type { HeaderWithBloom } from './header.js';
import type { ChainLog } from './readChain.js';

/** Blocks whose header speaks of a contract of which no log came. Where the header has no bloom filter nothing can be said. */
export function suspectBlocks(
  headers: readonly HeaderWithBloom[],
  logs: readonly ChainLog[],
  addresses: readonly Address[],
): HeaderWithBloom[] {
  const seen = new Set(logs.map(({ blockNumber, address }) => `${blockNumber} ${address}`));
  return headers.filter(({ number, logsBloom }) =>
    addresses.some(
      (address) => logsBloom !== null && !seen.has(`${number} ${address}`) && mayHoldLogsOf(logsBloom, address),
    ),
  );
}

export interface LeftOutArgs {
  /** The one that gave the logs first, then the others. */
  readonly providers: readonly JsonRpcProvider[];
  readonly suspects: readonly HeaderWithBloom[];
  readonly logs: readonly ChainLog[];
  readonly addresses: readonly Address[];
}

/**
 * Holds the logs against the receipts of the suspect blocks, as two endpoints give them: one that leaves a log out of an answer may leave
 * out its receipt.
 * @throws LogsLeftOutError if a receipt has a log of ours that did not come.
 * @throws UnavailableError if nobody gives the receipts: then nobody knows.
 */
export async function checkNoneLeftOut({ providers, suspects, logs, addresses }: LeftOutArgs): Promise<void> {
  const ours = new Set(addresses);
  for (const block of suspects) {
    const got = logs.filter(({ blockNumber }) => blockNumber === block.number).length;
    const readings = await Promise.allSettled(
      providers.slice(0, 2).map((provider) => logsInReceipts(provider, block, ours)),
    );
    const counts = readings.flatMap((reading) => (reading.status === 'fulfilled' ? [reading.value] : []));
    if (counts.length === 0) {
      const [failed] = readings.flatMap((reading) =>
        reading.status === 'rejected' ? [reading.reason as unknown] : [],
      );
      throw new UnavailableError(`no endpoint gives the receipts of block ${block.number}`, { cause: failed });
    }
    const expected = Math.max(...counts);
    if (expected > got) throw new LogsLeftOutError(block.number, expected - got);
  }
}

/** How many logs of ours the block's receipts hold. */
async function logsInReceipts(
  provider: JsonRpcProvider,
  block: HeaderWithBloom,
  ours: ReadonlySet<Address>,
): Promise<number> {
  const receipts = (await readBlockReceipts(provider, block)) ?? (await readReceiptsOneByOne(provider, block));
  for (const { blockHash } of receipts) {
    if (blockHash !== block.hash)
      throw new MalformedAnswerError(`a receipt of block ${block.number} is of another one`);
  }
  return receipts.flatMap(({ logs }) => logs).filter(({ address }) => ours.has(address)).length;
}

/** Null where the node does not know the method, or not the block. */
async function readBlockReceipts(provider: JsonRpcProvider, { number }: HeaderWithBloom) {
  let answer: unknown;
  try {
    answer = await provider.send('eth_getBlockReceipts', [`0x${number.toString(16)}`]);
  } catch {
    // Asking for one after the other says whether it was the method or the node.
    return null;
  }
  return answer === null ? null : parseAnswer('eth_getBlockReceipts', rpcReceipts, answer);
}

async function readReceiptsOneByOne(provider: JsonRpcProvider, { hash }: HeaderWithBloom) {
  const method = 'eth_getBlockByHash';
  const { transactions } = parseAnswer(method, rpcTransactions, await provider.send(method, [hash, false]));
  return Promise.all(
    transactions.map(async (transaction) =>
      parseAnswer(
        'eth_getTransactionReceipt',
        rpcReceipt,
        await provider.send('eth_getTransactionReceipt', [transaction]),
      ),
    ),
  );
}
