import { keccak256, toBeHex, toQuantity, toUtf8Bytes } from 'ethers';
import { BENCH_SPOKE, bidLogs } from './spokeEvents.js';

export const RECORDED_CHAIN_ID = 31_999;

/** A block as a node answers it, written out once: serving it costs neither peer anything. */
export interface RecordedBlock {
  readonly hash: string;
  /** `eth_getBlockByNumber` without and with the transactions. */
  readonly header: string;
  readonly whole: string;
  /** Its logs by their first topic, in order. */
  readonly logs: readonly { readonly topic: string; readonly json: string }[];
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
/** All bits are set: a bloom filter that leaves nothing out. */
const FULL_BLOOM = `0x${'ff'.repeat(256)}`;
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
  const header = headerFields(number, hash);
  const hashes = ids.map((id) => hashOf(`bid ${id}`));
  const transactions = hashes.map((txHash, index) => transaction(number, hash, txHash, index));
  return {
    hash,
    header: JSON.stringify({ ...header, transactions: hashes }),
    whole: JSON.stringify({ ...header, transactions }),
    logs: ids.flatMap((id, index) =>
      bidLogs(id).map(({ topics, data }, ofBid) => ({
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
      })),
    ),
  };
}

function headerFields(number: number, hash: string) {
  return {
    number: toQuantity(number),
    hash,
    parentHash: number === 0 ? bytes32('00') : hashOf(`block ${number - 1}`),
    timestamp: toQuantity(GENESIS_SEC + BLOCK_SEC * number),
    logsBloom: FULL_BLOOM,
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
