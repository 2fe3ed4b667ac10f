import { afterEach, expect, it } from 'vitest';
import { toHash } from '@ala/shared/ids';
import { startFakeNode, type FakeNode } from './fakeNode.js';
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

/** A node that shows `headers`, but not all of them when asked by number: as behind a load balancer. */
async function read(headers: readonly Header[], stored: readonly Header[], known = headers.length) {
  node = await startFakeNode({
    eth_getBlockByNumber: ([tag]) => {
      const header = tag === 'latest' ? headers.at(-1) : headers.slice(0, known)[Number(tag)];
      if (header === undefined) return null;
      const hex = (value: number) => `0x${value.toString(16)}`;
      return { ...header, number: hex(header.number), timestamp: hex(header.timestampSec) };
    },
    eth_getLogs: () => [],
  });
  const newestFirst = [...stored].reverse();
  const nextBlock = (newestFirst[0]?.number ?? -1) + 1;
  return readChain({ provider: node.provider, addresses: [], nextBlock, stored: newestFirst, maxBlocks: 3 });
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

it('takes a node that is behind for a node that is behind', async () => {
  expect(await read(chain(3), chain(6))).toEqual({ type: 'idle' });
  await node?.close();
  expect(await read(chain(3), chain(9).slice(5))).toEqual({ type: 'idle' });
});

it('reads again when the node that answers does not have the newest stored block', async () => {
  await expect(read(chain(8), chain(6), 6)).rejects.toThrow('block 6 is gone below block 8');
});
