import type { Book, PoolDepth, SpokeDepth, TierDepth } from '@ala/shared/api/book';
import type { ChainProgress } from '@ala/shared/api/chains';
import type { BasketDeployment, Deployment } from '@ala/shared/deployment';
import { toTier } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import { rollPool, type RolledPool } from '@ala/shared/pool';
import type { KnownPool, KnownSpoke } from '../../book/poolBook.js';
import { freshnessOf } from './progress.js';

/** Hub units. */
interface Depth {
  readonly standby: bigint;
  readonly leaving: bigint;
  readonly entering: bigint;
}

interface PlacedPool {
  readonly spoke: number;
  readonly pool: KnownPool;
  readonly depth: Depth;
}

export interface BookAnswerArgs {
  readonly deployment: Deployment;
  readonly basket: BasketDeployment;
  readonly spokes: readonly KnownSpoke[];
  readonly progress: readonly ChainProgress[];
  readonly nowSec: number;
}

/** Pure: the book of a basket at `nowSec`, the cheapest premium first. */
export function bookAnswer({ deployment, basket, spokes, progress, nowSec }: BookAnswerArgs): Book {
  const pools = spokes.flatMap(({ spoke, pools: known }) =>
    known.map((pool): PlacedPool => ({ spoke, pool, depth: depthOf(rollPool(pool, nowSec)) })),
  );
  const filled = pools.filter(({ depth: { standby, entering } }) => standby > 0n || entering > 0n);
  const chains = new Set(deployment.spokes.map(({ chain }) => chain));
  return {
    basket: basket.id,
    atSec: nowSec,
    ...freshnessOf(progress.filter(({ chain }) => chains.has(chain))),
    ...depthText(sumOf(filled)),
    spokes: spokes.map((known) => spokeDepth(deployment, known, filled)),
    tiers: tiersOf(basket, filled),
  };
}

/** Pure: what of a pool can be called, is about to leave, and has yet to enter. */
function depthOf({ assets, shares, entries, exits }: RolledPool): Depth {
  const leavingShares = exits.reduce((sum, exit) => sum + exit.shares, 0n);
  return {
    standby: assets,
    leaving: shares === 0n ? 0n : (assets * leavingShares) / shares,
    entering: entries.reduce((sum, entry) => sum + entry.amount, 0n),
  };
}

function tiersOf(basket: BasketDeployment, pools: readonly PlacedPool[]): TierDepth[] {
  const byTier = new Map<number, PlacedPool[]>();
  for (const placed of pools) byTier.set(placed.pool.tier, [...(byTier.get(placed.pool.tier) ?? []), placed]);
  return [...byTier]
    .sort(([a], [b]) => a - b)
    .map(([tier, inTier]) => ({
      tier,
      premiumBps: premiumBps(basket, toTier(tier)),
      ...depthText(sumOf(inTier)),
      pools: inTier.map(({ spoke, pool, depth }): PoolDepth => ({
        spoke,
        calls: pool.calls,
        epoch: pool.epoch,
        ...depthText(depth),
      })),
    }));
}

function spokeDepth(deployment: Deployment, { spoke, inFlight }: KnownSpoke, pools: readonly PlacedPool[]): SpokeDepth {
  return {
    spoke,
    chain: deployment.spokes.find(({ id }) => id === spoke)?.chain ?? '',
    ...depthText(sumOf(pools.filter((placed) => placed.spoke === spoke))),
    inFlightDebtUnits: inFlight.amount.toString(),
    maxInFlightDebtUnits: inFlight.max.toString(),
  };
}

function sumOf(pools: readonly PlacedPool[]): Depth {
  return pools.reduce<Depth>(
    (sum, { depth }) => ({
      standby: sum.standby + depth.standby,
      leaving: sum.leaving + depth.leaving,
      entering: sum.entering + depth.entering,
    }),
    { standby: 0n, leaving: 0n, entering: 0n },
  );
}

function depthText({ standby, leaving, entering }: Depth) {
  return {
    standbyDebtUnits: standby.toString(),
    leavingDebtUnits: leaving.toString(),
    enteringDebtUnits: entering.toString(),
  };
}
