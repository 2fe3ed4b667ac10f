import type { ClearInput, ClearPool } from './clearInput.js';
import { collateralDown, feeDown } from './clearingMath.js';
import type { AuctionId, SpokeId, Tier } from './ids.js';
import { premiumBps, type Ladder } from './ladder.js';
import type { Fill, Plan } from './plan.js';
import { withinCap } from './withinCap.js';
import { stayingUntil, type Pool, type StayingPool } from './pool.js';

/** The hub's `clearingState` of the auction at the snapshot's hub block. */
export interface HubAtSnapshot {
  /** The auction's market. */
  readonly marketId: number;
  /** Debt that is neither covered nor reserved and that the source still takes, hub units. */
  readonly debtLeft: bigint;
  /** Collateral that is neither given nor reserved and that the source still gives. */
  readonly collateralLeft: bigint;
  /** What the market may have in flight beyond what it has, hub units. */
  readonly inFlightLeft: bigint;
  readonly priceE36: bigint;
  readonly operatorFeeBps: number;
  readonly maxPremiumBps: number;
  readonly unit: bigint;
  readonly minLeg: bigint;
}

/** A pool as its last events up to the spoke's snapshot block show it. */
export interface PoolAtSnapshot extends Pool {
  readonly tier: Tier;
}

/** What a basket's calls on a spoke have drawn whose results are not complete, and how much that may be, hub units. */
export interface InFlight {
  readonly amount: bigint;
  readonly max: bigint;
}

/** A spoke that the snapshot names with a block; spokes without one are left out of the input. */
export interface SpokeAtSnapshot {
  readonly spoke: SpokeId;
  /** Timestamp of the spoke's snapshot block, seconds. */
  readonly timestampSec: number;
  readonly pools: readonly PoolAtSnapshot[];
  readonly inFlight: InFlight;
}

/** A plan of the basket's chain before the one that is cleared: `prevPlan` or one of its ancestors. */
export interface EarlierPlan {
  readonly plan: Plan;
  /** Of the plan's auction. */
  readonly marketId: number;
  /** Committed (or lapsed) in a block above the snapshot's hub block: the hub's figures do not know of it. */
  readonly afterHubBlock: boolean;
  /** Spokes whose snapshot block already shows the plan's leg as called. */
  readonly calledOn: ReadonlySet<SpokeId>;
}

export interface ClearingInputArgs {
  readonly auctionId: AuctionId;
  readonly ladder: Ladder;
  /** The plan's: what leaves a pool until then is not counted. */
  readonly callBy: number;
  readonly hub: HubAtSnapshot;
  readonly spokes: readonly SpokeAtSnapshot[];
  /** All plans up to `prevPlan` that are after the hub block or could still be called at a spoke's block. */
  readonly earlierPlans: readonly EarlierPlan[];
}

/** Par of a share is one unit of the debt token; below a millionth of it a pool ends its epoch. */
const SHARES_PER_ASSET_AT_EPOCH_END = 1_000_000n;

/**
 * Pure: the input of `clear` that follows from a snapshot. Used by those who sign a plan and by those who check it, so that both
 * count what is under way in the same way: nothing twice, nothing left out.
 */
export function clearingInput(args: ClearingInputArgs): ClearInput {
  const { auctionId, ladder, hub, spokes, earlierPlans } = args;
  const named = namedSinceHubBlock(auctionId, ladder, hub.operatorFeeBps, earlierPlans);
  const ofAuction = hub.debtLeft - named.debt;
  const ofMarket = hub.inFlightLeft - flyingSinceHubBlock(hub.marketId, earlierPlans);
  return {
    auction: {
      debtLeft: atLeastZero(ofAuction < ofMarket ? ofAuction : ofMarket),
      collateralLeft: atLeastZero(hub.collateralLeft - named.collateral),
      priceE36: hub.priceE36,
      operatorFeeBps: hub.operatorFeeBps,
      unit: hub.unit,
      minLeg: hub.minLeg,
    },
    ladder,
    pools: spokes.flatMap((spoke) => callablePools(spoke, args)),
  };
}

/** What later plans of the same auction name, whether or not the hub could still take them. */
function namedSinceHubBlock(
  auctionId: AuctionId,
  ladder: Ladder,
  operatorFeeBps: number,
  earlierPlans: readonly EarlierPlan[],
): { debt: bigint; collateral: bigint } {
  let debt = 0n;
  let collateral = 0n;
  for (const { plan, afterHubBlock } of earlierPlans) {
    if (!afterHubBlock || plan.auctionId !== auctionId) continue;
    for (const { tier, amount } of plan.legs.flatMap((leg) => leg.fills)) {
      debt += amount;
      collateral += collateralDown(amount, premiumBps(ladder, tier), plan.priceE36);
      collateral += feeDown(amount, operatorFeeBps, plan.priceE36);
    }
  }
  return { debt, collateral };
}

/** What later plans of the market's auctions name: it counts as in flight, whether or not the hub could still take it. */
function flyingSinceHubBlock(marketId: number, earlierPlans: readonly EarlierPlan[]): bigint {
  return earlierPlans
    .filter((earlier) => earlier.afterHubBlock && earlier.marketId === marketId)
    .flatMap(({ plan }) => plan.legs.flatMap((leg) => leg.fills))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** The spoke's pools less what calls under way will draw, without those that are too dear for the market. */
function callablePools(spoke: SpokeAtSnapshot, { ladder, hub, callBy, earlierPlans }: ClearingInputArgs): ClearPool[] {
  const underWay = fillsUnderWay(spoke, earlierPlans);
  const pools = spoke.pools
    .filter(({ tier }) => premiumBps(ladder, tier) <= hub.maxPremiumBps)
    .map((pool) => {
      const staying = stayingUntil(pool, spoke.timestampSec, callBy);
      return { spoke: spoke.spoke, tier: pool.tier, available: availableIn(pool.tier, staying, underWay) };
    });
  return withinCap(pools, roomIn(spoke.inFlight, underWay)).filter(({ available }) => available > 0n);
}

/** What may still fly, once all that is under way does. */
function roomIn({ amount, max }: InFlight, underWay: readonly Fill[]): bigint {
  return atLeastZero(underWay.reduce((room, fill) => room - fill.amount, max - amount));
}

/** Fills on this spoke that were not called at its block and still may be. */
function fillsUnderWay(spoke: SpokeAtSnapshot, earlierPlans: readonly EarlierPlan[]): Fill[] {
  return earlierPlans
    .filter(({ plan, calledOn }) => !calledOn.has(spoke.spoke) && spoke.timestampSec <= plan.callBy)
    .flatMap(({ plan }) => plan.legs.filter((leg) => leg.spoke === spoke.spoke))
    .flatMap((leg) => leg.fills);
}

/** Zero when a call under way will end the pool's epoch: what is left then comes back under new shares. */
function availableIn(tier: Tier, staying: StayingPool, underWay: readonly Fill[]): bigint {
  let { assets } = staying;
  for (const fill of underWay) {
    if (fill.tier !== tier) continue;
    assets -= fill.amount;
    if (assets * SHARES_PER_ASSET_AT_EPOCH_END < staying.shares) return 0n;
  }
  return atLeastZero(assets);
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}
