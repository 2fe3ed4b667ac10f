import { keccak256, toBeHex, toQuantity, toUtf8Bytes } from 'ethers';
import { bloomOf } from './bloomOf.js';
import { BENCH_SPOKE, bidLogs } from './spokeEvents.js';

export const RECORDED_CHAIN_ID = 31_999;

/** A block as a node answers it, written out once: serving it costs neither peer anything. */
export interface RecordedBlock {
  readonly hash: string;
  /** `eth_getBlockByNumber` without and with the transactions. */
  readonly header: string;
  readonly whole: string;
  /** Its logs by their first topic, in order. */
  readonly logs: readonly RecordedLog[];
  /** `eth_getBlockReceipts`, written when it is asked for. */
  readonly receipts: () => string;
}

interface RecordedLog {
  readonly topic: string;
  readonly json: string;
}

export interface ChainSize {
  readonly blocks: number;
  /** Each bid is a transaction of its own with two events. */
  readonly bidsABlock: number;
  /** Blocks without events on top, so that all events are deep enough for a reader that treats the newest blocks in another way. */
  readonly emptyBlocks: number;
}

const GENESIS_SEC = 1_700_000_000;
const BLOCK_SEC = 2;
const bytes32 = (byte: string) => `0x${byte.repeat(32)}`;
const hashOf = (text: string): string => keccak256(toUtf8Bytes(text));

/** The same blocks for every reader, with the events of the real spoke and all fields that a node's answer has. */
export function recordChain({ blocks, bidsABlock, emptyBlocks }: ChainSize): RecordedBlock[] {
  return Array.from({ length: blocks + emptyBlocks }, (_, number) =>
    recordBlock(number, number === 0 || number >= blocks ? 0 : bidsABlock, bidsABlock),
  );
}

function recordBlock(number: number, bids: number, bidsABlock: number): RecordedBlock {
  const hash = hashOf(`block ${number}`);
  const first = 1 + (number - 1) * bidsABlock;
  const ids = Array.from({ length: bids }, (_, index) => first + index);
  const logsOfBids = ids.map(bidLogs);
  const emitted = logsOfBids.flat().flatMap(({ topics }) => [BENCH_SPOKE, ...topics]);
  const header = headerFields(number, hash, bloomOf(emitted));
  const hashes = ids.map((id) => hashOf(`bid ${id}`));
  const transactions = hashes.map((txHash, index) => transaction(number, hash, txHash, index));
  const logsOf = (index: number): RecordedLog[] =>
    (logsOfBids[index] ?? []).map(({ topics, data }, ofBid) => ({
      topic: topics[0],
      json: JSON.stringify({
        address: BENCH_SPOKE,
        topics,
        data,
        blockHash: hash,
        blockNumber: toQuantity(number),
        blockTimestamp: header.timestamp,
        transactionHash: hashes[index],
        transactionIndex: toQuantity(index),
        logIndex: toQuantity(2 * index + ofBid),
        removed: false,
      }),
    }));
  return {
    hash,
    header: JSON.stringify({ ...header, transactions: hashes }),
    whole: JSON.stringify({ ...header, transactions }),
    logs: ids.flatMap((_, index) => logsOf(index)),
    receipts: () => `[${transactions.map((sent, index) => receipt(sent, logsOf(index))).join(',')}]`,
  };
}

function receipt(sent: ReturnType<typeof transaction>, logs: readonly RecordedLog[]): string {
  const { hash: transactionHash, blockHash, blockNumber, transactionIndex, type, from, to, gasPrice } = sent;
  const fields = {
    ...{ transactionHash, blockHash, blockNumber, transactionIndex, type, from, to },
    ...{ effectiveGasPrice: gasPrice, gasUsed: '0x0', cumulativeGasUsed: '0x0', contractAddress: null, status: '0x1' },
    logsBloom: bloomOf(logs.flatMap(({ json }) => emittedIn(json))),
    logs: logs.map(({ json }) => JSON.parse(json) as unknown),
  };
  return JSON.stringify(fields);
}

function emittedIn(json: string): string[] {
  const { address, topics } = JSON.parse(json) as { readonly address: string; readonly topics: readonly string[] };
  return [address, ...topics];
}

function headerFields(number: number, hash: string, logsBloom: string) {
  return {
    number: toQuantity(number),
    hash,
    parentHash: number === 0 ? bytes32('00') : hashOf(`block ${number - 1}`),
    timestamp: toQuantity(GENESIS_SEC + BLOCK_SEC * number),
    logsBloom,
    miner: `0x${'00'.repeat(20)}`,
    gasUsed: '0x0',
    gasLimit: '0x1c9c380',
    baseFeePerGas: '0x7',
    nonce: '0x0000000000000000',
    mixHash: bytes32('00'),
    stateRoot: bytes32('01'),
    receiptsRoot: bytes32('02'),
    transactionsRoot: bytes32('03'),
    sha3Uncles: bytes32('04'),
    size: '0x400',
    difficulty: '0x0',
    totalDifficulty: '0x0',
    extraData: '0x',
    uncles: [],
  };
}

function transaction(blockNumber: number, blockHash: string, hash: string, index: number) {
  return {
    hash,
    blockHash,
    blockNumber: toQuantity(blockNumber),
    transactionIndex: toQuantity(index),
    type: '0x2',
    nonce: toQuantity(index),
    from: `0x${'0a'.repeat(20)}`,
    to: BENCH_SPOKE,
    value: '0x0',
    gas: '0x30d40',
    gasPrice: '0x7',
    maxFeePerGas: '0xe',
    maxPriorityFeePerGas: '0x1',
    input: `0x4a1b2c3d${toBeHex(index, 32).slice(2).repeat(4)}`,
    v: '0x1',
    r: bytes32('05'),
    s: bytes32('06'),
    yParity: '0x1',
    accessList: [],
    chainId: toQuantity(RECORDED_CHAIN_ID),
  };
}
