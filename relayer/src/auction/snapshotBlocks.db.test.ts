import { beforeEach, expect, it } from 'vitest';
import { toChainId, toSpokeId, ZERO_HASH, type ChainId } from '@ala/shared/ids';
import { blocks } from '../db/chainTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { readSnapshotBlocks } from './snapshotBlocks.js';

const database = useOpenDatabase();
beforeEach(() => database.db.delete(blocks));

const hubChainId = toChainId(1);
const otherChainId = toChainId(2);
const local = { spoke: toSpokeId(2), chainId: hubChainId };
const remote = { spoke: toSpokeId(1), chainId: otherChainId };
const args = { hubChainId, spokes: [local, remote], maxSpokeLagSec: 10 };

/** Block numbers count from 1, one for each timestamp. */
async function haveBlocks(chainId: ChainId, timestampsSec: readonly number[]): Promise<void> {
  const rows = timestampsSec.map((timestampSec, index) => ({
    chainId,
    number: index + 1,
    hash: hashOf(chainId, index + 1),
    parentHash: hashOf(chainId, index),
    timestampSec,
  }));
  await database.db.insert(blocks).values(rows);
}

function hashOf(chainId: number, number: number): string {
  return `0x${(chainId * 1_000 + number).toString(16).padStart(64, '0')}`;
}

it('takes the last block of the last second that every chain has left behind', async () => {
  await haveBlocks(hubChainId, [100, 101, 101, 102]);
  await haveBlocks(otherChainId, [99, 100, 101, 101, 103]);
  const found = await readSnapshotBlocks(database.db, args);
  expect(found?.snapshot).toMatchObject({ hubBlock: 3, hubTimestamp: 101, hubHash: hashOf(hubChainId, 3) });
  expect(found?.snapshot.spokes).toEqual([
    { spoke: 1, number: 4, blockHash: hashOf(otherChainId, 4) },
    { spoke: 2, number: 3, blockHash: hashOf(hubChainId, 3) },
  ]);
});

it('waits for a chain that is a little behind, by going back on the hub', async () => {
  await haveBlocks(hubChainId, [100, 101, 102, 103]);
  await haveBlocks(otherChainId, [99, 101]);
  expect((await readSnapshotBlocks(database.db, args))?.snapshot).toMatchObject({ hubBlock: 1, hubTimestamp: 100 });
});

it('leaves out a spoke that is too far behind', async () => {
  await haveBlocks(hubChainId, [100, 111, 112]);
  await haveBlocks(otherChainId, [99, 101]);
  const found = await readSnapshotBlocks(database.db, args);
  expect(found?.snapshot).toMatchObject({ hubBlock: 2, hubTimestamp: 111 });
  expect(found?.snapshot.spokes[0]).toEqual({ spoke: 1, number: 0, blockHash: ZERO_HASH });
  expect(found?.spokes.map(({ spoke }) => spoke)).toEqual([2]);
});

it('leaves out a spoke of a halted chain, however new its blocks are, and does not wait for it', async () => {
  await haveBlocks(hubChainId, [100, 101, 102]);
  await haveBlocks(otherChainId, [100, 101]);
  const found = await readSnapshotBlocks(database.db, { ...args, haltedChainIds: new Set([otherChainId]) });
  expect(found?.snapshot).toMatchObject({ hubBlock: 2, hubTimestamp: 101 });
  expect(found?.snapshot.spokes[0]).toEqual({ spoke: 1, number: 0, blockHash: ZERO_HASH });
  expect(found?.spokes.map(({ spoke }) => spoke)).toEqual([2]);
});

it('has no snapshot while the hub has shown a single second', async () => {
  await haveBlocks(hubChainId, [100, 100]);
  expect(await readSnapshotBlocks(database.db, args)).toBeNull();
});
