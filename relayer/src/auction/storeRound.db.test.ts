import { beforeEach, expect, it } from 'vitest';
import {
  toAuctionId,
  toBasketId,
  toChainId,
  toHash,
  toPlanHash,
  toSpokeId,
  toTier,
  ZERO_PLAN_HASH,
  type PlanHash,
} from '@ala/shared/ids';
import { auctions, planCommits } from '../db/chainTables.js';
import { outbox, plans } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { intentKey } from '../dispatch/intent.js';
import { toJson } from '../lib/json.js';
import type { ClearedRound } from './clearRound.js';
import { storeRound } from './storeRound.js';

const database = useOpenDatabase();

const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const WINDOW = 60;
const SNAPSHOT_SEC = 900;
const hub = toChainId(1);
const basket = toBasketId(1);
const [first, second] = [toPlanHash(bytes32(1)), toPlanHash(bytes32(2))];
const auctionOf = (planHash: PlanHash) => toAuctionId(planHash);

beforeEach(async () => {
  for (const table of [plans, outbox, auctions, planCommits]) await database.db.delete(table);
  const at = {
    chainId: hub,
    blockNumber: 1,
    marketId: 6,
    basket,
    debtToCover: 5n,
    maxCollateral: 5n,
    deadlineSec: 999,
  };
  await database.db
    .insert(auctions)
    .values([first, second].map((planHash, logIndex) => ({ ...at, logIndex, auctionId: auctionOf(planHash) })));
});

/** A plan on `prevPlan` that was cleared on block 1 and counts these. */
function round(planHash: PlanHash, prevPlan: PlanHash, counted: readonly PlanHash[] = []): ClearedRound {
  const auctionId = auctionOf(planHash);
  const plan = {
    ...{ auctionId, round: 0, basket, prevPlan, priceE36: 1n, snapshotHash: toHash(bytes32(9)) },
    callBy: SNAPSHOT_SEC + WINDOW,
    operatorSetId: 1,
    legs: [{ spoke: toSpokeId(1), fills: [{ tier: toTier(0), amount: 1n }] }],
  };
  const snapshot = { hubBlock: 1, hubTimestamp: SNAPSHOT_SEC, hubHash: toHash(bytes32(9)), spokes: [] };
  const signed = { plan, snapshot, signatures: [] };
  const intents = [{ chainId: hub, auctionId, intent: { kind: 'commit', planHash } as const }];
  return { signed, planHash, counted: new Set(counted), sinceSec: SNAPSHOT_SEC, intents };
}

const store = (of: ClearedRound) => storeRound(database.db, of, WINDOW);
const keysOf = (planHash: PlanHash) => [intentKey({ kind: 'commit', planHash })];
const stored = async () =>
  (await database.db.select({ planHash: plans.planHash }).from(plans)).map((row) => row.planHash);

/** As the hub's events show it, in a block above the snapshot's. */
async function commit({ planHash, signed }: ClearedRound): Promise<void> {
  const { prevPlan, auctionId, callBy: callBySec } = signed.plan;
  const at = { chainId: hub, blockNumber: 2, logIndex: 0, basket };
  const plan = toJson(signed.plan);
  await database.db.insert(planCommits).values({ ...at, planHash, prevPlan, auctionId, callBySec, plan, snapshot: {} });
}

it('stores a plan with the rows that send it, and no second one in its place', async () => {
  expect(await store(round(first, ZERO_PLAN_HASH))).toEqual(keysOf(first));
  expect(await store(round(second, ZERO_PLAN_HASH))).toBeNull();
  expect(await stored()).toEqual([first]);
  expect(await database.db.select({ key: outbox.key }).from(outbox)).toEqual([{ key: keysOf(first)[0] }]);
});

it('stores a plan on one whose commit is under way, if it counts that one', async () => {
  await store(round(first, ZERO_PLAN_HASH));
  await database.db.update(outbox).set({ state: 'broadcast' });
  expect(await store(round(second, first))).toBeNull();
  expect(await stored()).toEqual([first]);
  expect(await store(round(second, first, [first]))).toEqual(keysOf(second));
});

it('stores nothing that does not count a plan of a block above its snapshot, which a reorg had hidden', async () => {
  await commit(round(first, ZERO_PLAN_HASH));
  expect(await store(round(second, first))).toBeNull();
  expect(await store(round(second, first, [first]))).toEqual(keysOf(second));
});
