import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { legId, toAuctionId, toBasketId, toHash, toPlanHash, toSpokeId, toTier, ZERO_PLAN_HASH } from '@ala/shared/ids';
import { auctions, legs, planCommits } from '../db/chainTables.js';
import { outbox, plans } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { intentKey } from '../dispatch/intent.js';
import type { OutboxState } from '../dispatch/outboxState.js';
import { toJson } from '../lib/json.js';
import { storePlan } from './planStore.js';
import { isNeeded, readTip } from './planTip.js';

const database = useOpenDatabase();

const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const CALL_BY = 1_000;
const WINDOW = 60;
/** The last moment at which enough of the window is left to sign on a plan that waits. */
const HALF = 900 + WINDOW / 2;
const basket = toBasketId(1);
const auctionId = toAuctionId(bytes32(0xaa));
const [first, second, third] = [toPlanHash(bytes32(1)), toPlanHash(bytes32(2)), toPlanHash(bytes32(3))];
const snapshot = { hubBlock: 1, hubTimestamp: 900, hubHash: toHash(bytes32(3)), spokes: [] };

beforeEach(async () => {
  for (const table of [plans, outbox, legs, auctions, planCommits]) await database.db.delete(table);
  const at = { chainId: 1, blockNumber: 1, logIndex: 0, marketId: 6, basket, deadlineSec: CALL_BY };
  await database.db.insert(auctions).values({ ...at, auctionId, debtToCover: 5n, maxCollateral: 5n });
});

async function sign(planHash = first, prevPlan = ZERO_PLAN_HASH, commit: OutboxState = 'pending', callBy = CALL_BY) {
  const plan = {
    auctionId,
    round: 0,
    basket,
    prevPlan,
    priceE36: 2n ** 200n,
    snapshotHash: toHash(bytes32(2)),
    callBy,
    operatorSetId: 1,
    legs: [{ spoke: toSpokeId(1), fills: [{ tier: toTier(0), amount: 1n }] }],
  };
  await storePlan(database.db, planHash, { plan, snapshot, signatures: [] });
  const key = intentKey({ kind: 'commit', planHash });
  await database.db.insert(outbox).values({ chainId: 1, key, kind: 'commit', payload: {}, state: commit });
  return plan;
}

async function call(planHash = first, logIndex = 0): Promise<void> {
  const leg = { chainId: 2, blockNumber: 1, logIndex, auctionId, data: {} };
  await database.db.insert(legs).values({ ...leg, legId: legId(planHash, toSpokeId(1)), kind: 'called' });
}

/** `waits`, or what the next plan stands on and what is between the head and there. */
async function tip(nowSec: number, of = basket): Promise<unknown> {
  const found = await readTip(database.db, of, { nowSec, callWindowSec: WINDOW });
  return found === null ? 'waits' : [found.prevPlan, found.ahead.map(({ planHash }) => planHash)];
}

describe('the next plan', () => {
  it('waits for the commit of the one before to be under way, as long as that one can be called', async () => {
    await sign();
    expect(await tip(CALL_BY)).toBe('waits');
    expect(await tip(CALL_BY + 1)).toEqual([ZERO_PLAN_HASH, []]);
    expect(await tip(CALL_BY, toBasketId(2))).toEqual([ZERO_PLAN_HASH, []]);
  });

  it.each(['signed', 'broadcast', 'done'] as const)('stands on one whose commit is %s', async (state) => {
    const plan = await sign(first, ZERO_PLAN_HASH, state);
    expect(await readTip(database.db, basket, { nowSec: HALF, callWindowSec: WINDOW })).toEqual({
      prevPlan: first,
      ahead: [{ planHash: first, plan, snapshotSec: 900, marketId: 6, commit: state, isCalled: false }],
    });
  });

  it.each([
    ['signed', 'waits'],
    ['broadcast', 'waits'],
    ['done', [first, [first]]],
  ] as const)(
    'has too little time left to stand on one that has waited long, unless a block has it: %s',
    async (state, expected) => {
      await sign(first, ZERO_PLAN_HASH, state);
      expect(await tip(HALF + 1)).toEqual(expected);
    },
  );

  it('waits until it is known whether a transaction with a receipt reverted, however late', async () => {
    await sign(first, ZERO_PLAN_HASH, 'mined');
    expect(await tip(HALF)).toBe('waits');
    expect(await tip(CALL_BY + 1)).toBe('waits');
  });

  it('stands on the last of several, and on the head once the hub has shown them', async () => {
    const plan = await sign(first, ZERO_PLAN_HASH, 'done');
    await sign(second, first, 'broadcast');
    expect(await tip(HALF)).toEqual([second, [first, second]]);
    await sign(third, second);
    expect(await tip(HALF)).toBe('waits');
    await database.db.insert(planCommits).values({
      ...{ chainId: 1, blockNumber: 2, logIndex: 0, planHash: first, prevPlan: ZERO_PLAN_HASH, basket, auctionId },
      ...{ callBySec: CALL_BY, plan: toJson(plan), snapshot: {} },
    });
    await database.db.update(outbox).set({ state: 'signed' });
    expect(await tip(HALF)).toEqual([third, [second, third]]);
  });

  it('waits when eight wait already', async () => {
    const hashes = Array.from({ length: 8 }, (_, index) => toPlanHash(bytes32(index + 1)));
    for (const [index, hash] of hashes.entries()) {
      expect(await tip(HALF)).not.toBe('waits');
      await sign(hash, hashes[index - 1] ?? ZERO_PLAN_HASH, 'broadcast');
    }
    expect(await tip(HALF)).toBe('waits');
  });

  it('stands on no plan that can be the head no more, and takes its place once nothing on top of it can be called', async () => {
    await sign(first, ZERO_PLAN_HASH, 'obsolete');
    await sign(second, first, 'obsolete', CALL_BY + 9);
    expect(await tip(CALL_BY)).toBe('waits');
    expect(await tip(CALL_BY + 9)).toBe('waits');
    expect(await tip(CALL_BY + 10)).toEqual([ZERO_PLAN_HASH, []]);
  });

  it('waits for a late one that was called and is still to be handed in', async () => {
    await sign();
    await call();
    expect(await tip(CALL_BY + 1)).toBe('waits');
    await database.db.update(outbox).set({ state: 'obsolete' });
    expect(await tip(CALL_BY + 1)).toEqual([ZERO_PLAN_HASH, []]);
  });

  it('waits for one whose auction a reorg has removed', async () => {
    await sign(first, ZERO_PLAN_HASH, 'broadcast');
    await database.db.delete(auctions);
    expect(await tip(HALF)).toBe('waits');
  });
});

it('knows whether a plan is needed by one on top of it, that can be called or was', async () => {
  const needed = (nowSec: number) => isNeeded(database.db, basket, first, nowSec);
  await sign();
  await call();
  expect(await needed(CALL_BY)).toBe(false);
  await sign(second, first);
  await sign(third, second, 'pending', CALL_BY + 9);
  expect(await needed(CALL_BY + 9)).toBe(true);
  expect(await needed(CALL_BY + 10)).toBe(false);
  await call(third, 1);
  expect(await needed(CALL_BY + 10)).toBe(true);
  await database.db
    .update(outbox)
    .set({ state: 'obsolete' })
    .where(eq(outbox.key, intentKey({ kind: 'commit', planHash: third })));
  expect(await needed(CALL_BY + 10)).toBe(false);
});
