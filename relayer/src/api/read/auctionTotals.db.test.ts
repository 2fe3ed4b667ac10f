import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { auctions } from '../../db/chainTables.js';
import { useOpenDatabase } from '../../db/openTestDatabase.js';
import { undoBlocks } from '../../ingest/apply.js';
import { apply, deployment, fill, header, HUB } from '../testChains.js';
import { AuctionTotalsReader } from './auctionTotals.js';

const database = useOpenDatabase();

const FIRST = fill(0x01, 32);
const SECOND = fill(0x02, 32);

it('sees what comes late to a finished auction, one that comes back to life, and one that is undone', async () => {
  const opened = (id: string) => ['AuctionOpened', [id, 1, 1, 100n, 900n, 500, fill(0, 32)]] as const;
  const covered = (id: string, debt: bigint) => ['AuctionSettled', [id, debt, 1n, debt]] as const;
  const finish = (id: string, finishedAt: Date | null) =>
    database.db.update(auctions).set({ finishedAt }).where(eq(auctions.auctionId, id));
  const reader = new AuctionTotalsReader(database.db, deployment);
  const read = async () => {
    const { states, markets } = await reader.read(10_000_000);
    return { ...states, covered: markets.get(1)?.covered };
  };
  expect(await read()).toEqual({ open: 0, closed: 0, finished: 0, covered: undefined });
  await apply(database, HUB, header(1, 1), [opened(FIRST), covered(FIRST, 10n)]);
  await apply(database, HUB, header(2, 2), [opened(SECOND), covered(SECOND, 20n)]);
  await finish(FIRST, new Date(1));
  await finish(SECOND, new Date(1));
  const both = { open: 0, closed: 0, finished: 2 };
  expect(await read()).toEqual({ ...both, covered: 30n });

  await apply(database, HUB, header(3, 3), [covered(FIRST, 15n), covered(SECOND, 25n)]);
  expect(await read()).toEqual({ ...both, covered: 40n });
  // A leg comes late: nothing tells of it but the row.
  await finish(FIRST, null);
  expect(await read()).toEqual({ open: 1, closed: 0, finished: 1, covered: 40n });
  // What a reorg takes something of is looked at again.
  await undoBlocks(database.db, HUB, 2);
  expect(await read()).toEqual({ open: 2, closed: 0, finished: 0, covered: 30n });
  await undoBlocks(database.db, HUB, 1);
  expect(await read()).toEqual({ open: 1, closed: 0, finished: 0, covered: 10n });
});
