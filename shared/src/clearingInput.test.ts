import { describe, expect, it } from 'vitest';
import { clearingInput, type ClearingInputArgs, type EarlierPlan, type PoolAtSnapshot } from './clearingInput.js';
import { toAuctionId, toBasketId, toHash, type SpokeId, type Tier, ZERO_PLAN_HASH } from './ids.js';
import type { Plan } from './plan.js';

const auctionId = toAuctionId(`0x${'aa'.repeat(32)}`);
const otherAuction = toAuctionId(`0x${'bb'.repeat(32)}`);
const spoke = (id: number) => id as SpokeId;
const pool = (tier: number, assets: bigint, shares = assets): PoolAtSnapshot => ({
  tier: tier as Tier,
  assets,
  shares,
  entries: [],
  exits: [],
});
const inFlight = { amount: 0n, max: 10n ** 30n };

const base: ClearingInputArgs = {
  auctionId,
  ladder: { tierStepBps: 50, tierCount: 30 },
  hub: {
    marketId: 1,
    debtLeft: 1_000n,
    collateralLeft: 2_000n,
    inFlightLeft: 10n ** 30n,
    priceE36: 10n ** 36n,
    operatorFeeBps: 100,
    maxPremiumBps: 150,
    unit: 1n,
    minLeg: 3n,
  },
  callBy: 620,
  spokes: [{ spoke: spoke(1), timestampSec: 500, pools: [pool(0, 100n), pool(2, 200n)], inFlight }],
  earlierPlans: [],
};

function earlier(
  fills: [spoke: number, tier: number, amount: bigint][],
  of: {
    auctionId?: Plan['auctionId'];
    marketId?: number;
    callBy?: number;
    afterHubBlock?: boolean;
    calledOn?: number[];
    priceE36?: bigint;
  } = {},
): EarlierPlan {
  const plan: Plan = {
    auctionId: of.auctionId ?? auctionId,
    round: 0,
    basket: toBasketId(1),
    prevPlan: ZERO_PLAN_HASH,
    priceE36: of.priceE36 ?? 10n ** 36n,
    snapshotHash: toHash(`0x${'cc'.repeat(32)}`),
    callBy: of.callBy ?? 600,
    operatorSetId: 1,
    legs: fills.map(([id, tier, amount]) => ({ spoke: spoke(id), fills: [{ tier: tier as Tier, amount }] })),
  };
  const calledOn = new Set((of.calledOn ?? []).map(spoke));
  return { plan, marketId: of.marketId ?? 1, afterHubBlock: of.afterHubBlock ?? true, calledOn };
}

const withPlans = (...earlierPlans: EarlierPlan[]) => clearingInput({ ...base, earlierPlans });
const availableOf = (input: ReturnType<typeof clearingInput>) =>
  Object.fromEntries(input.pools.map((each) => [`${each.spoke}/${each.tier}`, each.available]));

describe('clearing input', () => {
  it('is the hub state and the pools when nothing is under way', () => {
    expect(clearingInput(base)).toEqual({
      auction: {
        debtLeft: 1_000n,
        collateralLeft: 2_000n,
        priceE36: 10n ** 36n,
        operatorFeeBps: 100,
        unit: 1n,
        minLeg: 3n,
      },
      ladder: base.ladder,
      pools: [
        { spoke: 1, tier: 0, available: 100n },
        { spoke: 1, tier: 2, available: 200n },
      ],
    });
  });

  it('leaves out pools dearer than the market takes, and empty ones', () => {
    const pools = [pool(2, 5n), pool(3, 5n), pool(1, 0n)];
    const input = clearingInput({ ...base, spokes: [{ spoke: spoke(1), timestampSec: 500, pools, inFlight }] });
    expect(availableOf(input)).toEqual({ '1/2': 5n });
  });

  it('takes off debt and collateral that later plans of the same auction name, at their own price', () => {
    // 500 at premium 50 bps, fee 100 bps, price 2: 250 * 1.005 = 251.25 and 2.5 of collateral, each rounded down.
    const { auction } = withPlans(earlier([[9, 0, 500n]], { priceE36: 2n * 10n ** 36n }));
    expect(auction).toMatchObject({ debtLeft: 500n, collateralLeft: 1_747n });
  });

  it('does so even after the plan was called or its time is over', () => {
    const { auction } = withPlans(earlier([[1, 0, 10n]], { callBy: 100, calledOn: [1] }));
    expect(auction).toMatchObject({ debtLeft: 990n, collateralLeft: 1_990n });
  });

  it('does not count at the hub what its figures already know, nor other auctions', () => {
    const known = earlier([[9, 0, 10n]], { afterHubBlock: false });
    const other = earlier([[9, 0, 10n]], { auctionId: otherAuction });
    expect(withPlans(known, other).auction).toMatchObject({ debtLeft: 1_000n, collateralLeft: 2_000n });
  });

  it('covers no more than the market may still have in flight', () => {
    const cappedAt = (inFlightLeft: bigint, ...earlierPlans: EarlierPlan[]) =>
      clearingInput({ ...base, hub: { ...base.hub, inFlightLeft }, earlierPlans }).auction.debtLeft;
    expect(cappedAt(300n)).toBe(300n);
    expect(cappedAt(1_001n)).toBe(1_000n);
    // Later plans of the market's auctions, this one's or another's, will be in flight; known ones and other markets are not added.
    expect(cappedAt(300n, earlier([[9, 0, 10n]], { auctionId: otherAuction }))).toBe(290n);
    expect(cappedAt(300n, earlier([[9, 0, 10n]]))).toBe(290n);
    expect(cappedAt(300n, earlier([[9, 0, 10n]], { auctionId: otherAuction, marketId: 2 }))).toBe(300n);
    expect(cappedAt(300n, earlier([[9, 0, 10n]], { afterHubBlock: false }))).toBe(300n);
    expect(cappedAt(300n, earlier([[9, 0, 301n]], { auctionId: otherAuction }))).toBe(0n);
  });

  it('never goes below zero', () => {
    const { auction } = withPlans(earlier([[9, 0, 5_000n]]));
    expect(auction).toMatchObject({ debtLeft: 0n, collateralLeft: 0n });
  });

  it('takes off pools what any plan of the basket will still draw', () => {
    const known = earlier([[1, 0, 30n]], { afterHubBlock: false });
    const other = earlier([[1, 0, 20n]], { auctionId: otherAuction });
    const elsewhere = earlier([[2, 0, 7n]]);
    expect(availableOf(withPlans(known, other, elsewhere))).toEqual({ '1/0': 50n, '1/2': 200n });
  });

  it('does not take off what was called at the spoke block or cannot be called after it', () => {
    const called = earlier([[1, 0, 30n]], { calledOn: [1] });
    const over = earlier([[1, 0, 30n]], { callBy: 499 });
    expect(availableOf(withPlans(called, over))['1/0']).toBe(100n);
    // The last second of a plan is the block's own: a later block may still have it.
    expect(availableOf(withPlans(earlier([[1, 0, 30n]], { callBy: 500 })))['1/0']).toBe(70n);
    // Called on another spoke says nothing of this one.
    expect(availableOf(withPlans(earlier([[1, 0, 30n]], { calledOn: [2] })))['1/0']).toBe(70n);
  });

  it('leaves out a pool whose epoch ends with a call under way', () => {
    expect(availableOf(withPlans(earlier([[1, 0, 100n]])))).toEqual({ '1/2': 200n });
    const par = 10_000_000n;
    const spokes = [{ spoke: spoke(1), timestampSec: 500, pools: [pool(0, par)], inFlight }];
    const leaving = (rest: bigint) =>
      availableOf(clearingInput({ ...base, spokes, earlierPlans: [earlier([[1, 0, par - rest]])] }));
    expect(leaving(10n)).toEqual({ '1/0': 10n });
    expect(leaving(9n)).toEqual({});
    // Losses before do not matter, only the value of a share.
    const worn = [{ spoke: spoke(1), timestampSec: 500, pools: [pool(0, 5n, par)], inFlight }];
    expect(availableOf(clearingInput({ ...base, spokes: worn }))).toEqual({ '1/0': 5n });
  });

  it('leaves out a pool that plans name for more than it has', () => {
    expect(availableOf(withPlans(earlier([[1, 0, 150n]])))).toEqual({ '1/2': 200n });
  });

  it('counts what has become active, and not what leaves until the plan can be called no more', () => {
    const moving = {
      ...pool(0, 100n, 200n),
      entries: [
        { activeAtSec: 500, amount: 50n },
        { activeAtSec: 501, amount: 1_000n },
      ],
      exits: [
        { exitAtSec: 620, shares: 60n },
        { exitAtSec: 621, shares: 100n },
      ],
    };
    const spokes = [{ spoke: spoke(1), timestampSec: 500, pools: [moving], inFlight }];
    // 150 units of 300 shares at the block; 60 of them leave by 620.
    expect(availableOf(clearingInput({ ...base, spokes }))).toEqual({ '1/0': 120n });
    expect(availableOf(clearingInput({ ...base, spokes, callBy: 619 }))).toEqual({ '1/0': 150n });
    const underWay = [earlier([[1, 0, 20n]])];
    expect(availableOf(clearingInput({ ...base, spokes, earlierPlans: underWay }))).toEqual({ '1/0': 100n });
  });

  it("cuts a spoke's pools at its limit, the cheapest first, less what is in flight and what will be", () => {
    const cappedAt = (max: bigint, amount: bigint, ...plans: EarlierPlan[]) => {
      const spokes = [{ ...base.spokes[0]!, inFlight: { amount, max } }];
      return availableOf(clearingInput({ ...base, spokes, earlierPlans: plans }));
    };
    expect(cappedAt(250n, 0n)).toEqual({ '1/0': 100n, '1/2': 150n });
    expect(cappedAt(250n, 170n)).toEqual({ '1/0': 80n });
    expect(cappedAt(250n, 170n, earlier([[1, 0, 30n]]))).toEqual({ '1/0': 50n });
    expect(cappedAt(250n, 170n, earlier([[1, 0, 30n]], { calledOn: [1] }))).toEqual({ '1/0': 80n });
    expect(cappedAt(250n, 251n)).toEqual({});
  });
});
