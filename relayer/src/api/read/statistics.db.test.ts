import { afterAll, beforeAll, expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { encodeMessage, KIND_CAPITAL_DELIVERED } from '@ala/shared/messageCodec';
import { toAuctionId, toLegId } from '@ala/shared/ids';
import type { Header } from '../../chain/header.js';
import { openDatabase, type Database } from '../../db/client.js';
import { undoBlocks } from '../../ingest/apply.js';
import { apply, FAR, fill, header, HUB, openApi, SPOKE } from '../testChains.js';
import { StatisticsReader } from './statistics.js';

const testDatabase = useTestDatabase();
let database: Database;
let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
  api = await openApi(testDatabase.url);
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const TERMS = { markets: new Map() } as never;
/** Fewer than the auctions of the test, so that old ones fall out and come back. */
const MAX_AUCTIONS = 3;
/** More blocks than are remembered. */
const DEEP = 70;

const auction = (n: number) => toAuctionId(fill(n, 32));
const leg = (n: number) => toLegId(fill(0x80 + n, 32));
const opened = (n: number) => ['AuctionOpened', [auction(n), 1, 1, 100n, 900n, 5_000_000_000, fill(0, 32)]] as const;
const called = (n: number) => ['CapitalCalled', [leg(n), auction(n), fill(0x44, 32), 1, [[0, 0, 100n]], 1]] as const;
const covered = (n: number, debt: bigint) => ['AuctionSettled', [auction(n), debt, 1n, debt]] as const;
const used = (n: number, tier: number, debt: bigint) => {
  const message = encodeMessage({
    kind: KIND_CAPITAL_DELIVERED,
    legId: leg(n),
    auctionId: auction(n),
    basket: 1,
    fills: [{ tier, gen: 0, amount: 100n }],
  });
  return [
    ['LegArrived', [leg(n), auction(n), SPOKE, fill(0x44, 32), 100n, message]],
    ['LegSettled', [leg(n), auction(n), 1n, [[debt, 1n]], 0n, true]],
    covered(n, debt),
  ] as const;
};

it('says what a fresh process says, after more auctions, late legs, and reorgs of any depth', async () => {
  const hashes = new Map<number, Header['hash']>();
  const hub = async (number: number, fork: number, events: Parameters<typeof apply>[3]) => {
    const block = header(number, 1_000 + 10 * number, fork);
    hashes.set(number, block.hash);
    await apply(database, HUB, { ...block, parentHash: hashes.get(number - 1) ?? block.parentHash }, events);
  };
  const lasting = new StatisticsReader(api.context, MAX_AUCTIONS);
  const found: string[] = [];
  const check = async () => {
    for (const sinceSec of [0, 1_025]) {
      const fresh = await new StatisticsReader(api.context, MAX_AUCTIONS).read(TERMS, sinceSec);
      expect(await lasting.read(TERMS, sinceSec)).toEqual(fresh);
      const [market] = fresh.markets;
      if (sinceSec === 0)
        found.push(`${market?.auctions}: ${market?.coveredDebtUnits} at ${market?.averagePremiumBps}`);
    }
  };
  await check();
  await hub(1, 0, [opened(1)]);
  await check();
  await hub(2, 0, [opened(2), ...used(1, 1, 60n)]);
  await check();
  // A spoke that was not read before.
  await apply(database, FAR, header(1, 1_000), [called(1), called(2)]);
  await check();
  await hub(3, 0, [opened(3), ...used(2, 2, 100n)]);
  await hub(4, 0, [opened(4), opened(5)]);
  await check();
  // An old one that has fallen out of the newest, and one of them.
  await hub(5, 0, [covered(1, 80n), ...used(3, 3, 100n)]);
  await check();
  // Undone, and another block in its place, between two looks.
  await undoBlocks(database.db, HUB, 4);
  await hub(5, 1, [...used(4, 1, 40n)]);
  await check();
  // Two auctions are undone: older ones are among the newest again.
  await undoBlocks(database.db, HUB, 3);
  await check();
  await undoBlocks(database.db, FAR, 0);
  await check();
  for (let number = 4; number < 4 + DEEP; number++) {
    await hub(number, 2, number === 5 ? [opened(6), ...used(3, 1, 100n)] : []);
    await lasting.read(TERMS, 0);
  }
  await check();
  // Deeper than anything that is remembered.
  await undoBlocks(database.db, HUB, 2);
  await check();
  await hub(3, 3, [opened(7), ...used(2, 3, 50n)]);
  await check();
  // A fork that loses and comes back.
  await hub(4, 3, [covered(7, 10n)]);
  await check();
  await undoBlocks(database.db, HUB, 3);
  await hub(4, 4, [covered(7, 20n)]);
  await hub(5, 4, []);
  await check();
  await undoBlocks(database.db, HUB, 3);
  await hub(4, 3, [covered(7, 10n)]);
  await hub(5, 3, []);
  await check();
  expect(found).toEqual([
    '0: 0 at null',
    '1: 0 at null',
    '2: 60 at 100.0000',
    '2: 60 at 100.0000',
    '3: 0 at null',
    '3: 100 at 200.0000',
    '3: 40 at 100.0000',
    '3: 160 at 131.2500',
    '3: 160 at 131.2500',
    '3: 200 at 125.0000',
    '2: 60 at 100.0000',
    '3: 110 at 145.4545',
    '3: 120 at 145.4545',
    '3: 130 at 145.4545',
    '3: 120 at 145.4545',
  ]);
});
