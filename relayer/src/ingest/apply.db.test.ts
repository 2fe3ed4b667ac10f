import { eq } from 'drizzle-orm';
import { Interface } from 'ethers';
import { beforeEach, expect, it } from 'vitest';
import { toAddress, toBasketId, toChainId, toHash, toLegId, toSpokeId, type Address } from '@ala/shared/ids';
import { bidBook } from '../book/bids.js';
import { spokeAt } from '../book/pools.js';
import type { Header } from '../chain/header.js';
import type { ChainLog } from '../chain/readChain.js';
import * as tables from '../db/chainTables.js';
import { outbox } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { enqueue, stateOf } from '../dispatch/outbox.js';
import { applyBlocks, undoBlocks } from './apply.js';
import { readCursor, readFinalBlockId, readStoredHeaders } from './cursor.js';
import { decodeLogs, type Emitter } from './events.js';

const database = useOpenDatabase();
beforeEach(async () => {
  for (const table of [
    tables.rawEvents,
    tables.poolStates,
    tables.poolBuckets,
    tables.rolledEntries,
    tables.inFlights,
    tables.entryWithdrawals,
    tables.bids,
    tables.bidClosures,
    tables.blocks,
    tables.cursors,
  ]) {
    await database.db.delete(table);
  }
});

const chainId = toChainId(7);
const basket = toBasketId(1);
const spoke = toSpokeId(3);
const spokeAddress = toAddress(`0x${'5e'.repeat(20)}`);
const owner = toAddress(`0x${'0a'.repeat(20)}`);
const emitters = new Map<Address, Emitter>([[spokeAddress, { role: 'spoke', spoke }]]);
/** Written out here so that a change of the contract's events is noticed. */
const events = new Interface([
  'event PoolUpdated(uint32 indexed basket, uint8 indexed tier, uint128 assets, uint128 shares, uint32 calls, uint32 epoch, uint40 rolledTo)',
  'event EntriesUpdated(uint32 indexed basket, uint8 indexed tier, uint40 indexed activeAt, uint128 amount)',
  'event ExitsUpdated(uint32 indexed basket, uint8 indexed tier, uint40 indexed exitAt, uint32 epoch, uint128 shares)',
  'event EntriesRolled(uint32 indexed basket, uint8 indexed tier, uint40 indexed activeAt, uint128 amount, uint128 shares, uint32 startGen, uint32 epoch)',
  'event InFlightUpdated(uint32 indexed basket, uint128 inFlight, uint128 maxInFlight)',
  'event BidPlaced(uint256 indexed bidId, address indexed owner, uint32 indexed basket, uint8 tier, uint128 amount, uint40 activeAt)',
  'event EntryWithdrawn(uint256 indexed bidId, address indexed owner, uint128 amount, uint128 left)',
  'event WithdrawRequested(uint256 indexed bidId, address indexed owner, uint32 indexed basket, uint8 tier, uint128 amount, (uint256 exitBidId, uint128 exitShares, uint40 exitAt, uint256 remainderBidId, uint128 remainderShares, uint32 gen, uint32 epoch) split)',
  'event Withdrawn(uint256 indexed bidId, address indexed owner, uint128 amount)',
]);
const none = () => Promise.resolve([]);

function header(number: number, fork = 0): Header {
  const hash = (n: number) => toHash(`0x${(fork * 1_000 + n).toString(16).padStart(64, '0')}`);
  return { number, hash: hash(number), parentHash: hash(number - 1), timestampSec: 1_000 + number };
}

function log(block: Header, logIndex: number, name: string, values: readonly unknown[]): ChainLog {
  const { topics, data } = events.encodeEventLog(name, values);
  const txHash = toHash(`0x${'ee'.repeat(32)}`);
  return { blockNumber: block.number, blockHash: block.hash, logIndex, txHash, address: spokeAddress, topics, data };
}

function apply(block: Header, logs: readonly ChainLog[]) {
  return applyBlocks(database.db, chainId, [block], decodeLogs(chainId, emitters, logs), none);
}

/** When bids of the tests are active; the spoke's clock is far behind it in the first blocks, and past it where a test says so. */
const ACTIVE = 5_000;

const bid = (block: Header, id: number, tier: number, amount: bigint, logIndex = 0) => [
  log(block, logIndex, 'BidPlaced', [id, owner, basket, tier, amount, ACTIVE]),
  log(block, logIndex + 1, 'EntriesUpdated', [basket, tier, ACTIVE, amount]),
];

const bookAt = async (nowSec: number) =>
  (await bidBook(database.db, basket, nowSec, 10)).map(({ tier, bidId, state, standby, entering, atSec }) => ({
    at: `${tier}/${bidId}`,
    state,
    amount: standby + entering,
    atSec,
  }));

it('orders the book by premium, and a bid stands by from its time on, though nobody has touched the pool since', async () => {
  const block = header(1);
  await apply(block, [...bid(block, 1, 2, 100n), ...bid(block, 2, 0, 300n, 2)]);
  expect(await bookAt(ACTIVE - 1)).toEqual([
    { at: '0/2', state: 'entering', amount: 300n, atSec: ACTIVE },
    { at: '2/1', state: 'entering', amount: 100n, atSec: ACTIVE },
  ]);
  expect(await bookAt(ACTIVE)).toEqual([
    { at: '0/2', state: 'standing', amount: 300n, atSec: null },
    { at: '2/1', state: 'standing', amount: 100n, atSec: null },
  ]);
});

it('values each bid by its share of the pool, once its bucket was rolled', async () => {
  const block = header(1);
  await apply(block, [
    log(block, 0, 'BidPlaced', [1, owner, basket, 0, 100n, ACTIVE]),
    log(block, 1, 'BidPlaced', [2, owner, basket, 0, 200n, ACTIVE]),
    log(block, 2, 'EntriesUpdated', [basket, 0, ACTIVE, 300n]),
  ]);
  const rolled = header(2);
  await apply(rolled, [
    log(rolled, 0, 'EntriesRolled', [basket, 0, ACTIVE, 300n, 600n, 1, 0]),
    log(rolled, 1, 'PoolUpdated', [basket, 0, 400n, 800n, 1, 0, ACTIVE + 10]),
    log(rolled, 2, 'PoolUpdated', [basket, 0, 200n, 800n, 2, 0, ACTIVE + 10]),
  ]);
  expect(await bookAt(ACTIVE + 10)).toEqual([
    { at: '0/1', state: 'standing', amount: 50n, atSec: null },
    { at: '0/2', state: 'standing', amount: 100n, atSec: null },
  ]);
});

it('follows a bid that asks, leaves and is collected', async () => {
  const block = header(1);
  await apply(block, [
    ...bid(block, 1, 0, 100n),
    log(block, 2, 'EntriesRolled', [basket, 0, ACTIVE, 100n, 100n, 0, 0]),
    log(block, 3, 'PoolUpdated', [basket, 0, 100n, 100n, 0, 0, ACTIVE]),
  ]);
  const asked = header(2);
  await apply(asked, [
    log(asked, 0, 'WithdrawRequested', [1, owner, basket, 0, 30n, [2, 30n, 9_000, 3, 70n, 0, 0]]),
    log(asked, 1, 'ExitsUpdated', [basket, 0, 9_000, 0, 30n]),
  ]);
  expect(await bookAt(8_999)).toEqual([
    { at: '0/2', state: 'leaving', amount: 30n, atSec: 9_000 },
    { at: '0/3', state: 'standing', amount: 70n, atSec: null },
  ]);
  expect(await bookAt(9_000)).toEqual([
    { at: '0/2', state: 'left', amount: 0n, atSec: 9_000 },
    { at: '0/3', state: 'standing', amount: 70n, atSec: null },
  ]);
  const collected = header(3);
  await apply(collected, [log(collected, 0, 'Withdrawn', [2, owner, 30n])]);
  expect((await bookAt(9_000)).map(({ at }) => at)).toEqual(['0/3']);
});

it('leaves out of the book what was withdrawn before it was active', async () => {
  const block = header(1);
  await apply(block, [
    ...bid(block, 1, 0, 100n),
    ...bid(block, 2, 1, 100n, 2),
    log(block, 4, 'EntryWithdrawn', [1, owner, 100n, 0n]),
    log(block, 5, 'EntriesUpdated', [basket, 0, ACTIVE, 0n]),
    log(block, 6, 'EntryWithdrawn', [2, owner, 40n, 60n]),
    log(block, 7, 'EntriesUpdated', [basket, 1, ACTIVE, 60n]),
  ]);
  expect(await bookAt(ACTIVE)).toEqual([{ at: '1/2', state: 'standing', amount: 60n, atSec: null }]);
});

it('gives the pools as of a block, with what waits for them and what is in flight', async () => {
  const first = header(1);
  await apply(first, [...bid(first, 1, 0, 100n), log(first, 2, 'InFlightUpdated', [basket, 0n, 500n])]);
  const second = header(2);
  await apply(second, [
    log(second, 0, 'PoolUpdated', [basket, 0, 40n, 100n, 1, 1, ACTIVE]),
    log(second, 1, 'ExitsUpdated', [basket, 0, 9_000, 0, 10n]),
    log(second, 2, 'ExitsUpdated', [basket, 0, 9_600, 1, 20n]),
    log(second, 3, 'InFlightUpdated', [basket, 60n, 500n]),
  ]);
  expect(await spokeAt(database.db, basket, spoke, 1)).toEqual({
    pools: [{ tier: 0, epoch: 0, assets: 0n, shares: 0n, entries: [{ activeAtSec: ACTIVE, amount: 100n }], exits: [] }],
    inFlight: { amount: 0n, max: 500n },
  });
  // The entry has been rolled, and the end of the epoch has voided the first exit.
  expect(await spokeAt(database.db, basket, spoke, 2)).toEqual({
    pools: [{ tier: 0, epoch: 1, assets: 40n, shares: 100n, entries: [], exits: [{ exitAtSec: 9_600, shares: 20n }] }],
    inFlight: { amount: 60n, max: 500n },
  });
});

it('changes nothing when a block is applied twice', async () => {
  const block = header(1);
  await apply(block, bid(block, 1, 0, 100n));
  await apply(block, bid(block, 1, 0, 100n));
  expect(await database.db.$count(tables.rawEvents)).toBe(2);
  expect(await database.db.$count(tables.bids)).toBe(1);
  expect(await readCursor(database.db, chainId, 0)).toBe(2);
});

it('undoes a fork: the book is what the chain above it says', async () => {
  const first = header(1);
  await apply(first, bid(first, 1, 0, 100n));
  const wrong = header(2);
  await apply(wrong, bid(wrong, 2, 0, 999n));
  await undoBlocks(database.db, chainId, 1);
  expect(await readCursor(database.db, chainId, 0)).toBe(2);
  expect((await readStoredHeaders(database.db, chainId, 5)).map(({ number }) => number)).toEqual([1]);
  const right = { ...header(2, 1), parentHash: first.hash };
  await apply(right, bid(right, 2, 1, 5n));
  expect((await bookAt(ACTIVE)).map(({ at, amount }) => [at, amount])).toEqual([
    ['0/1', 100n],
    ['1/2', 5n],
  ]);
});

it('looks again at effects that were mined above the fork, and at no others', async () => {
  const legIds = [1, 2].map((n) => toHash(`0x${String(n).repeat(64)}`) as string);
  const keys = await enqueue(
    database.db,
    legIds.map((legId) => ({ chainId, auctionId: null, intent: { kind: 'expire', legId: legId as never } })),
  );
  await database.db.update(outbox).set({ state: 'done', minedBlock: 1 });
  await database.db.update(outbox).set({ minedBlock: 2 }).where(eq(outbox.key, keys[1]!));
  await undoBlocks(database.db, chainId, 1);
  expect(await stateOf(database.db, keys[0]!)).toBe('done');
  expect(await stateOf(database.db, keys[1]!)).toBe('pending');
});

it('looks again at an effect that was seen in a block which another one replaced before it was read', async () => {
  const intents = [3, 4].map((n) => ({ kind: 'expire' as const, legId: toLegId(`0x${String(n).repeat(64)}`) }));
  const keys = await enqueue(
    database.db,
    intents.map((intent) => ({ chainId, auctionId: null, intent })),
  );
  await database.db.update(outbox).set({ state: 'done', minedBlock: 2, minedHash: header(2).hash });
  await database.db
    .update(outbox)
    .set({ minedHash: header(2, 1).hash })
    .where(eq(outbox.key, keys[1]!));
  await apply(header(1), []);
  expect(await stateOf(database.db, keys[0]!)).toBe('done');
  await apply(header(2), []);
  expect(await stateOf(database.db, keys[0]!)).toBe('done');
  expect(await stateOf(database.db, keys[1]!)).toBe('pending');
});

it('refuses what another node on the same database has read of another fork', async () => {
  await apply(header(1), []);
  await apply(header(2), []);
  const stale = { ...header(2, 1), parentHash: header(1).hash };
  await expect(apply(stale, bid(stale, 1, 0, 7n))).rejects.toThrow('another block 2 is stored');
  const orphan = { ...header(3), parentHash: stale.hash };
  await expect(apply(orphan, [])).rejects.toThrow('another block 2 is stored');
  expect(await bookAt(ACTIVE)).toEqual([]);
});

it('refuses blocks below which another node has undone what they stand on', async () => {
  await apply(header(1), []);
  await apply(header(2), []);
  await undoBlocks(database.db, chainId, 1);
  await expect(apply(header(3), [])).rejects.toThrow('block 2 is to be read before block 3');
  expect(await readCursor(database.db, chainId, 0)).toBe(2);
});

it('keeps what was final, also when a node says less later, and forgets it with what is undone', async () => {
  const applyWith = (number: number, finalBlock: number | null) =>
    applyBlocks(database.db, chainId, [header(number)], [], none, finalBlock);
  const final = async () => (await readFinalBlockId(database.db, chainId))?.number ?? null;
  await applyWith(1, null);
  expect(await final()).toBeNull();
  await undoBlocks(database.db, chainId, 1);
  expect(await final()).toBeNull();
  await applyWith(2, 2);
  await applyWith(3, 1);
  await applyWith(4, null);
  expect(await final()).toBe(2);
  await undoBlocks(database.db, chainId, 2);
  expect(await final()).toBe(2);
  await undoBlocks(database.db, chainId, 1);
  expect(await final()).toBe(1);
});
