import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { auctions } from '../../db/chainTables.js';
import { openDatabase, type Database } from '../../db/client.js';
import { undoBlocks } from '../../ingest/apply.js';
import { apply, deployment, fill, header, HUB } from '../testChains.js';
import { AuctionTotalsReader } from './auctionTotals.js';

const testDatabase = useTestDatabase();
let database: Database;
beforeAll(() => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
});
afterAll(() => database.close());

const NOW_MS = 10_000_000;
const OVERLAP_MS = 60_000;
const FIRST = fill(0x01, 32);
const SECOND = fill(0x02, 32);

it('reads again what is not finished, and what is finished only once an hour', async () => {
  const opened = (id: string) => ['AuctionOpened', [id, 1, 1, 100n, 900n, 500, fill(0, 32)]] as const;
  const covered = (id: string, debt: bigint) => ['AuctionSettled', [id, debt, 1n, debt]] as const;
  const finish = (id: string, finishedAt: Date | null) =>
    database.db.update(auctions).set({ finishedAt }).where(eq(auctions.auctionId, id));
  await apply(database, HUB, header(1, 1), [opened(FIRST), covered(FIRST, 10n)]);
  await apply(database, HUB, header(2, 2), [opened(SECOND), covered(SECOND, 20n)]);
  await finish(FIRST, new Date(NOW_MS - 2 * OVERLAP_MS));
  await finish(SECOND, new Date(NOW_MS));

  const reader = new AuctionTotalsReader(database.db, deployment);
  const read = async (nowMs: number) => {
    const { states, markets } = await reader.read(nowMs);
    return { ...states, covered: markets.get(1)?.covered };
  };
  const both = { open: 0, closed: 0, finished: 2 };
  expect(await read(NOW_MS)).toEqual({ ...both, covered: 30n });

  // Nothing tells of it: the first one was finished too long ago to be looked at.
  await apply(database, HUB, header(3, 3), [covered(FIRST, 15n), covered(SECOND, 25n)]);
  expect(await read(NOW_MS)).toEqual({ ...both, covered: 35n });
  // A leg comes late.
  await finish(FIRST, null);
  expect(await read(NOW_MS)).toEqual({ open: 1, closed: 0, finished: 1, covered: 40n });
  await finish(FIRST, new Date(NOW_MS - 2 * OVERLAP_MS));
  expect(await read(NOW_MS + 3_600_001)).toEqual({ ...both, covered: 40n });

  await finish(SECOND, null);
  expect(await read(NOW_MS)).toMatchObject({ open: 1 });
  await undoBlocks(database.db, HUB, 1);
  expect(await read(NOW_MS)).toEqual({ open: 0, closed: 0, finished: 1, covered: 15n });
});
