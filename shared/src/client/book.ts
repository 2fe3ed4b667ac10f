import type { Result } from 'ethers';
import { toTier, type BasketId, type SpokeId, type Tier } from '../ids.js';
import { parseUint } from '../integers.js';
import { premiumBps } from '../ladder.js';
import { readBidTerms } from './bidTerms.js';
import { readView, spokeInterface, type SpokeOnChain } from './onChain.js';

/** What one pool holds, hub units. `leaving` is a part of `standby`. */
export interface PoolDepth {
  readonly spokeId: SpokeId;
  readonly tier: Tier;
  readonly premiumBps: number;
  readonly standby: bigint;
  readonly leaving: bigint;
  readonly entering: bigint;
}

/** All spokes' pools of one tier. */
export interface TierDepth {
  readonly tier: Tier;
  readonly premiumBps: number;
  readonly standby: bigint;
  readonly leaving: bigint;
  readonly entering: bigint;
  /** What stands by in this tier and the cheaper ones. */
  readonly upToHere: bigint;
  readonly pools: readonly PoolDepth[];
}

/** A basket's ladder on one spoke at its latest block: pools that hold something, or will. */
export async function readLadder(spoke: SpokeOnChain, basket: BasketId): Promise<PoolDepth[]> {
  const [terms, block] = await Promise.all([readBidTerms(spoke, basket), spoke.provider.getBlockNumber()]);
  const read = (method: string, args: readonly unknown[]): Promise<Result> =>
    readView(spoke.provider, { ...spoke, abi: spokeInterface }, method, args, block);
  const tiers = Array.from({ length: terms.tierCount }, (_, tier) => toTier(tier));
  const pools = await Promise.all(
    tiers.map(async (tier): Promise<PoolDepth> => {
      const [[state], [buckets]] = await Promise.all([
        read('pool', [basket, tier]),
        read('poolBuckets', [basket, tier]),
      ]);
      const pool = state as Result;
      const [assets, shares] = [parseUint('assets', pool['assets']), parseUint('shares', pool['shares'])];
      const exits = (buckets as { isExit: boolean; shares: bigint }[]).filter(({ isExit }) => isExit);
      const going = exits.reduce((sum, exit) => sum + exit.shares, 0n);
      const leaving = shares === 0n ? 0n : (assets * going) / shares;
      const depth = { standby: assets, leaving, entering: parseUint('entering', pool['entering']) };
      return { spokeId: spoke.spokeId, tier, premiumBps: premiumBps(terms, tier), ...depth };
    }),
  );
  return pools.filter(({ standby, entering }) => standby > 0n || entering > 0n);
}

/** The global book: the cheapest premium first, in a tier the spokes by their numbers. */
export function mergeLadders(ladders: readonly (readonly PoolDepth[])[]): TierDepth[] {
  const pools = ladders.flat().toSorted((a, b) => a.tier - b.tier || a.spokeId - b.spokeId);
  let upToHere = 0n;
  return [...new Set(pools.map(({ tier }) => tier))].map((tier) => {
    const own = pools.filter((pool) => pool.tier === tier);
    const sum = (part: 'standby' | 'leaving' | 'entering'): bigint =>
      own.reduce((total, pool) => total + pool[part], 0n);
    upToHere += sum('standby');
    const depth = { standby: sum('standby'), leaving: sum('leaving'), entering: sum('entering'), upToHere };
    return { tier, premiumBps: own[0]?.premiumBps ?? 0, ...depth, pools: own };
  });
}
