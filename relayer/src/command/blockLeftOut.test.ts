import { afterEach, expect, it } from 'vitest';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';
import { blockLeftOut } from '@ala/shared/client/spokeAtBlock';

let node: FakeNode | undefined;
afterEach(() => node?.close());

const bytes32 = (value: number) => `0x${value.toString(16).padStart(64, '0')}`;

/** Block `n` of a chain has the `n`th timestamp. */
async function leftOut(timestampsSec: readonly number[], hubTimestampSec: number, startBlock = 0) {
  node = await startFakeNode({
    eth_getBlockByNumber: ([tag]) => {
      const number = tag === 'latest' ? timestampsSec.length - 1 : Number(tag);
      const timestamp = timestampsSec[number];
      if (timestamp === undefined) return null;
      const hex = (value: number) => `0x${value.toString(16)}`;
      const hashes = { hash: bytes32(number), parentHash: bytes32(Math.max(0, number - 1)) };
      return { number: hex(number), timestamp: hex(timestamp), ...hashes };
    },
  });
  return (await blockLeftOut(node.provider, startBlock, hubTimestampSec))?.number ?? null;
}

it('names the last block up to the hub block, if the chain was alive', async () => {
  expect(await leftOut([1_000, 1_001, 1_001, 1_002, 1_009], 1_001)).toBe(2);
  await node?.close();
  expect(await leftOut([1_000, 1_001, 1_002], 5_000)).toBeNull();
});

it('excuses a relayer whose hub had gone on past the lag', async () => {
  expect(await leftOut([1_000, 2_000], 1_151)).toBeNull();
  await node?.close();
  expect(await leftOut([1_000, 2_000], 1_150)).toBe(0);
});

it('knows of no block before the deployment', async () => {
  expect(await leftOut([1_000, 1_010, 1_020], 1_005, 1)).toBeNull();
});
