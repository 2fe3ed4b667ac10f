import { afterEach, expect, it } from 'vitest';
import { toAddress, toHash } from '@ala/shared/ids';
import { startFakeNode, type FakeNode } from './fakeNode.js';
import { MalformedAnswerError } from '../lib/errors.js';
import type { Header } from './header.js';
import { readChain } from './readChain.js';

let node: FakeNode | undefined;
afterEach(() => node?.close());

/** Blocks up to `head`; those above `forkedAt` are of another fork. */
function chain(head: number, forkedAt = head): Header[] {
  const hash = (n: number) => toHash(`0x${(n > forkedAt ? 1_000 + n : n).toString(16).padStart(64, '0')}`);
  return Array.from({ length: head + 1 }, (_, n) => ({
    number: n,
    hash: hash(n),
    parentHash: hash(Math.max(0, n - 1)),
    timestampSec: 100 + n,
  }));
}

const ours = toAddress(`0x${'11'.repeat(20)}`);

/** Log `logIndex` of block 5 of `chain(9)`, as a node gives it, with these fields instead. */
function rpcLog(logIndex: number, fields: object = {}) {
  return {
    blockNumber: '0x5',
    blockHash: chain(9)[5]?.hash,
    logIndex: `0x${logIndex.toString(16)}`,
    transactionHash: `0x${'ab'.repeat(32)}`,
    address: ours,
    topics: [`0x${'cd'.repeat(32)}`],
    data: '0x',
    removed: false,
    ...fields,
  };
}

/** A node that shows `headers`, but not all of them when asked by number: as behind a load balancer. */
async function read(
  headers: readonly Header[],
  stored: readonly Header[],
  known = headers.length,
  logs: unknown = [],
  final: Header | null = null,
) {
  node = await startFakeNode({
    eth_getBlockByNumber: ([tag]) => {
      const header = tag === 'latest' ? headers.at(-1) : Number(tag) < known ? headers[Number(tag)] : undefined;
      if (header === undefined) return null;
      const hex = (value: number) => `0x${value.toString(16)}`;
      return {
        number: hex(header.number),
        timestamp: hex(header.timestampSec),
        hash: header.hash,
        parentHash: header.parentHash,
      };
    },
    eth_getLogs: () => logs,
  });
  const newestFirst = [...stored].reverse();
  const nextBlock = (newestFirst[0]?.number ?? -1) + 1;
  return readChain({ provider: node.provider, addresses: [ours], nextBlock, stored: newestFirst, final, maxBlocks: 3 });
}

it('reads on above what is stored, so many blocks at a time', async () => {
  const update = await read(chain(9), chain(4));
  expect(update.type === 'blocks' && update.headers.map(({ number }) => number)).toEqual([5, 6, 7]);
});

it('has nothing new while the head is the newest stored block', async () => {
  expect(await read(chain(4), chain(4))).toEqual({ type: 'idle' });
});

it('undoes to the fork', async () => {
  expect(await read(chain(6, 2), chain(5))).toEqual({ type: 'reorg', keep: 2 });
});

it('undoes to the fork also when the other fork is shorter', async () => {
  expect(await read(chain(4, 2), chain(6))).toEqual({ type: 'reorg', keep: 2 });
});

it('undoes everything stored when none of it is left, and looks for the fork below', async () => {
  expect(await read(chain(6, 1), chain(5).slice(3))).toEqual({ type: 'reorg', keep: 2 });
});

it('undoes nothing when the node has changed its mind by the second question', async () => {
  let asked = 0;
  // Of another fork when asked whether it was replaced, ours when the fork is looked for.
  const flipping = chain(6, 5);
  Object.defineProperty(flipping, 5, { get: () => (asked++ === 0 ? chain(5, 4)[5] : chain(5)[5]) });
  expect(await read(flipping, chain(5))).toEqual({ type: 'reorg', keep: 5 });
  expect(asked).toBe(2);
});

it('undoes only what is stored and replaced where headers in between were dropped', async () => {
  const stored = chain(6).filter(({ number }) => number < 2 || number > 4);
  expect(await read(chain(6, 2), stored)).toEqual({ type: 'reorg', keep: 4 });
});

it('takes a node that is behind for a node that is behind', async () => {
  expect(await read(chain(3), chain(6))).toEqual({ type: 'lagging', head: 3 });
  await node?.close();
  expect(await read(chain(3), chain(9).slice(5))).toEqual({ type: 'lagging', head: 3 });
});

it('takes a head below what is final for a node that is behind, whatever its hash', async () => {
  expect(await read(chain(4, 2), chain(6), 5, [], chain(6)[5])).toEqual({ type: 'lagging', head: 4 });
  await node?.close();
  expect(await read(chain(4, 2), chain(6), 5, [], chain(6)[4])).toEqual({ type: 'reorg', keep: 2 });
});

it('reads again when the node that answers does not have the newest stored block', async () => {
  await expect(read(chain(8), chain(6), 6)).rejects.toThrow('block 6 is gone below block 8');
});

it('takes logs in their order', async () => {
  const update = await read(chain(9), chain(4), 10, [rpcLog(0), rpcLog(3)]);
  expect(update.type === 'blocks' && update.logs.map(({ logIndex }) => logIndex)).toEqual([0, 3]);
});

it.each([
  ['null instead of logs', null, 'the answer'],
  ['a log without an index', [rpcLog(0, { logIndex: null })], '0.logIndex'],
  ['a log that was taken back', [rpcLog(0, { removed: true })], '0.removed'],
  ['half a byte of data', [rpcLog(0, { data: '0x123' })], '0.data'],
  ['a log of a foreign contract', [rpcLog(0, { address: `0x${'22'.repeat(20)}` })], 'which was not asked for'],
  ['a log of a later block', [rpcLog(0, { blockNumber: '0x8' })], 'is not of blocks 5 to 7'],
  ['a log twice', [rpcLog(1), rpcLog(1)], 'comes twice or out of order'],
  ['logs out of order', [rpcLog(2), rpcLog(1)], 'comes twice or out of order'],
])('refuses %s', async (_, logs, message) => {
  const refused = read(chain(9), chain(4), 10, logs);
  await expect(refused).rejects.toThrow(MalformedAnswerError);
  await expect(refused).rejects.toThrow(message);
});

it('refuses a log whose block is not the one of its number', async () => {
  const logs = [rpcLog(0, { blockHash: `0x${'ee'.repeat(32)}` })];
  await expect(read(chain(9), chain(4), 10, logs)).rejects.toThrow('belongs to another block of that number');
});

it('refuses a header of another block than the one asked for', async () => {
  const headers = chain(9);
  const swapped = headers.map((header) => (header.number === 6 ? { ...header, number: 7 } : header));
  await expect(read(swapped, chain(4))).rejects.toThrow('shows block 7 when asked for block 6');
});
