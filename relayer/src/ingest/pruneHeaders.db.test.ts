import { and, asc, eq } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { toChainId } from '@ala/shared/ids';
import { blocks, cursors, rawEvents } from '../db/chainTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { undoBlocks } from './apply.js';
import { readCursor, readFinalBlockId } from './cursor.js';
import { pruneHeaders } from './pruneHeaders.js';

const database = useOpenDatabase();

const [CHAIN, OTHER] = [toChainId(7), toChainId(8)];
const HOUR_SEC = 3_600;
/** A block an hour: those below 76 are more than a day older than the newest. */
const HEAD = 100;

beforeEach(async () => {
  for (const table of [rawEvents, blocks, cursors]) await database.db.delete(table);
  for (const chainId of [CHAIN, OTHER]) {
    const headers = Array.from({ length: HEAD }, (_, index) => ({
      chainId,
      number: index + 1,
      hash: hashOf(index + 1),
      parentHash: hashOf(index),
      timestampSec: (index + 1) * HOUR_SEC,
    }));
    await database.db.insert(blocks).values(headers);
    await database.db.insert(cursors).values({ chainId, nextBlock: HEAD + 1, finalBlock: 98 });
  }
});

function hashOf(number: number): string {
  return `0x${number.toString(16).padStart(64, '0')}`;
}

async function event(blockNumber: number): Promise<void> {
  await database.db.insert(rawEvents).values({
    chainId: CHAIN,
    blockNumber,
    logIndex: 0,
    blockHash: hashOf(blockNumber),
    txHash: hashOf(1),
    address: '0x01',
    name: 'BidPlaced',
    args: {},
  });
}

async function stored(chainId = CHAIN): Promise<number[]> {
  const rows = await database.db
    .select({ number: blocks.number })
    .from(blocks)
    .where(eq(blocks.chainId, chainId))
    .orderBy(asc(blocks.number));
  return rows.map(({ number }) => number);
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('drops what is final and a day old, but the oldest and what has events', async () => {
  await event(20);
  await event(75);
  expect(await pruneHeaders(database.db, CHAIN, null)).toEqual({ upTo: 74, dropped: 72, isAll: true });
  expect(await stored()).toEqual([1, 20, ...numbers(75, HEAD)]);
  expect(await stored(OTHER)).toHaveLength(HEAD);
});

it('keeps the final block and what is above it, however old', async () => {
  await database.db.update(cursors).set({ finalBlock: 10 }).where(eq(cursors.chainId, CHAIN));
  await pruneHeaders(database.db, CHAIN, null);
  expect(await stored()).toEqual([1, ...numbers(10, HEAD)]);
  expect((await readFinalBlockId(database.db, CHAIN))?.number).toBe(10);
});

it('drops nothing where nothing is known to be final, or nothing is a day old', async () => {
  await database.db.update(cursors).set({ finalBlock: null }).where(eq(cursors.chainId, CHAIN));
  await database.db.update(blocks).set({ timestampSec: HOUR_SEC }).where(eq(blocks.chainId, OTHER));
  for (const chainId of [CHAIN, OTHER, toChainId(9)]) {
    expect(await pruneHeaders(database.db, chainId, null)).toEqual({ upTo: null, dropped: 0, isAll: true });
  }
  expect(await stored()).toHaveLength(HEAD);
});

it('goes on from part to part, and from where it was at the newest when there is more', async () => {
  let [above, dropped, parts]: [number | null, number, number] = [null, 0, 0];
  for (let isAll = false; !isAll; parts++) {
    const pruned = await pruneHeaders(database.db, CHAIN, above, 20);
    [above, dropped, isAll] = [pruned.upTo, dropped + pruned.dropped, pruned.isAll];
  }
  expect({ above, dropped, parts }).toEqual({ above: 74, dropped: 73, parts: 4 });
  expect(await pruneHeaders(database.db, CHAIN, above)).toEqual({ upTo: 74, dropped: 0, isAll: true });
  await database.db.insert(blocks).values({
    chainId: CHAIN,
    number: HEAD + 1,
    hash: hashOf(HEAD + 1),
    parentHash: hashOf(HEAD),
    timestampSec: (HEAD + 1) * HOUR_SEC,
  });
  expect(await pruneHeaders(database.db, CHAIN, above)).toEqual({ upTo: 75, dropped: 1, isAll: true });
});

it('lets a fork among what was dropped be read again from the block below that is stored', async () => {
  await event(20);
  await pruneHeaders(database.db, CHAIN, null);
  await undoBlocks(database.db, CHAIN, 50);
  expect(await readCursor(database.db, CHAIN, 1)).toBe(21);
  expect(await readFinalBlockId(database.db, CHAIN)).toEqual({ number: 20, hash: hashOf(20) });
  const rest = await database.db
    .select()
    .from(rawEvents)
    .where(and(eq(rawEvents.chainId, CHAIN)));
  expect(rest).toHaveLength(1);
});
