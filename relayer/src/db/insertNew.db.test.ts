import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { bids, rawEvents } from './chainTables.js';
import { insertNew, rowsOf } from './insertNew.js';
import { useOpenDatabase } from './openTestDatabase.js';

const database = useOpenDatabase();
beforeEach(async () => {
  await database.db.delete(bids);
  await database.db.delete(rawEvents);
});

const hash = `0x${'0f'.repeat(32)}`;
const at = (logIndex: number) => ({ chainId: 1, blockNumber: 2, logIndex });
const insert = <T extends typeof bids | typeof rawEvents>(table: T, rows: readonly T['$inferInsert'][]) =>
  database.db.transaction((tx) => insertNew(tx, [rowsOf(table, rows)]));

it('writes every kind of value as it is', async () => {
  const text = 'quotes " and \\, {braces}, commas, NULL, ü\n';
  const row = {
    ...at(0),
    blockHash: hash,
    txHash: '0x',
    address: hash,
    name: text,
    args: { text, list: [1, null, '2'] },
  };
  await insert(rawEvents, [row, { ...row, ...at(1), name: 'NULL', args: [] }]);
  const [first, second] = await database.db.select().from(rawEvents).orderBy(rawEvents.logIndex);
  expect(first).toEqual(row);
  expect([second?.name, second?.args]).toEqual(['NULL', []]);
});

it('leaves to each column its default or null, and what is there as it is', async () => {
  const bid = {
    ...at(0),
    spoke: 1,
    bidId: 2n ** 256n - 1n,
    owner: hash,
    basket: 1,
    tier: 3,
    amount: 7n,
    activeAtSec: 9,
  };
  await insert(bids, [bid]);
  const exiting = { ...bid, ...at(1), bidId: 1n, kind: 'exiting' as const, amount: null, shares: 5n };
  await insert(bids, [
    { ...bid, kind: 'remainder', amount: 8n },
    { ...exiting, activeAtSec: undefined },
  ]);
  const rows = await database.db.select().from(bids).orderBy(bids.logIndex);
  expect(rows.map(({ kind, amount, shares, activeAtSec }) => ({ kind, amount, shares, activeAtSec }))).toEqual([
    { kind: 'entering', amount: 7n, shares: null, activeAtSec: 9 },
    { kind: 'exiting', amount: null, shares: 5n, activeAtSec: null },
  ]);
  expect(rows[0]?.bidId).toBe(bid.bidId);
});

it('writes more rows than one statement takes', async () => {
  const rows = Array.from({ length: 5_001 }, (_, logIndex) => ({
    ...at(logIndex),
    blockHash: hash,
    txHash: hash,
    address: hash,
    name: '',
    args: {},
  }));
  await insert(rawEvents, rows);
  expect(await database.db.$count(rawEvents)).toBe(rows.length);
});

it.each([1, 5_001])('does what is to be done beside %i rows, of several tables', async (count) => {
  const event = { blockHash: hash, txHash: hash, address: hash, name: '', args: {} };
  const events = Array.from({ length: count }, (_, logIndex) => ({ ...at(logIndex), ...event }));
  const bid = { ...at(0), spoke: 1, bidId: 1n, owner: hash, basket: 1, tier: 3, amount: 7n, activeAtSec: 9 };
  await insert(bids, [bid]);
  await database.db.transaction((tx) =>
    insertNew(
      tx,
      [rowsOf(rawEvents, events), rowsOf(bids, [bid, { ...bid, ...at(1), bidId: 2n }])],
      [sql`update bids set tier = 4 where log_index = 0`, sql`select 1`],
    ),
  );
  expect(await database.db.$count(rawEvents)).toBe(count);
  expect(await database.db.$count(bids)).toBe(2);
  const [first] = await database.db.select().from(bids).orderBy(bids.logIndex);
  expect(first?.tier).toBe(4);
});
