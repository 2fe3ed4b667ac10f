import { eq } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { toAuctionId, toChainId } from '@ala/shared/ids';
import { auctionEvents, auctions, blocks, legs } from '../db/chainTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { undoBlocks } from '../ingest/apply.js';
import { finishAuction } from './finishAuction.js';

const database = useOpenDatabase();

const chainId = toChainId(1);
const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const auctionId = toAuctionId(bytes32(0xaa));
const at = { chainId, auctionId };

beforeEach(async () => {
  const { db } = database;
  for (const table of [legs, auctionEvents, auctions, blocks]) await db.delete(table);
  const opened = { marketId: 1, basket: 1, debtToCover: 5n, maxCollateral: 5n, deadlineSec: 999 };
  await db.insert(auctions).values({ ...at, ...opened, blockNumber: 1, logIndex: 0 });
  await db.insert(auctionEvents).values({ ...at, blockNumber: 2, logIndex: 0, kind: 'closed', debtCovered: 0n });
  const numbers = [1, 2, 3, 4];
  await db.insert(blocks).values(
    numbers.map((number) => {
      return { chainId, number, hash: bytes32(number), parentHash: bytes32(number - 1), timestampSec: number };
    }),
  );
});

async function isFinished(): Promise<boolean> {
  const [row] = await database.db.select().from(auctions).where(eq(auctions.auctionId, auctionId));
  return row?.finishedAt != null;
}

const leg = { ...at, legId: bytes32(0xcc), logIndex: 0 };
const arrived = { ...leg, blockNumber: 3, kind: 'arrived' as const, data: { spoke: '1', message: '0x' } };

it('finishes with an auction that is over, and with none of which a leg has come meanwhile', async () => {
  await finishAuction(database.db, auctionId);
  expect(await isFinished()).toBe(true);
  await database.db.update(auctions).set({ finishedAt: null });
  await database.db.insert(legs).values(arrived);
  await finishAuction(database.db, auctionId);
  expect(await isFinished()).toBe(false);
});

it('waits for whoever is writing a leg of it down', async () => {
  const { db } = database;
  let finishing: Promise<void> | undefined;
  await db.transaction(async (tx) => {
    await tx.insert(legs).values(arrived);
    await tx.update(auctions).set({ finishedAt: null }).where(eq(auctions.auctionId, auctionId));
    finishing = finishAuction(db, auctionId);
    await expect
      .poll(async () => (await db.execute('select from pg_locks where not granted')).rowCount)
      .toBeGreaterThan(0);
  });
  await finishing;
  expect(await isFinished()).toBe(false);
});

it('looks at it again once a reorg has taken the end of a leg that came late', async () => {
  const { db } = database;
  await db.insert(legs).values(arrived);
  await db.insert(legs).values({ ...leg, blockNumber: 4, kind: 'released', data: { refund: '5' } });
  await db.update(auctions).set({ finishedAt: new Date(0) });
  const other = { chainId, blockNumber: 1, logIndex: 1, auctionId: bytes32(0xbb), finishedAt: new Date(0) };
  await db
    .insert(auctions)
    .values({ ...other, marketId: 1, basket: 1, debtToCover: 5n, maxCollateral: 5n, deadlineSec: 999 });
  await undoBlocks(db, chainId, 3);
  expect(await isFinished()).toBe(false);
  const [untouched] = await db
    .select()
    .from(auctions)
    .where(eq(auctions.auctionId, bytes32(0xbb)));
  expect(untouched?.finishedAt).not.toBeNull();
});
