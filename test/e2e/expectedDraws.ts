import type { PoolBefore } from './calledPools.js';

/** What a debt draws from one pool; pools that give nothing are left out. */
export interface ExpectedDraw {
  readonly spoke: number;
  readonly tier: number;
  readonly drawn: bigint;
}

/**
 * The protocol's rules 3 and 4 once more, written from their text alone, for a debt that neither collateral nor the size of
 * a leg limits: cheaper tiers whole; in the tier that does not fit each pool its part rounded down to `unit`, then one unit
 * each to those that lost most by the rounding.
 */
export function expectedDraws(pools: readonly PoolBefore[], debt: bigint, unit: bigint): ExpectedDraw[] {
  const draws: ExpectedDraw[] = [];
  let demand = debt;
  for (const tier of [...new Set(pools.map((pool) => pool.tier))].sort((a, b) => a - b)) {
    const here = pools.filter((pool) => pool.tier === tier).sort((a, b) => a.spoke - b.spoke);
    const supply = here.reduce((sum, pool) => sum + pool.assets, 0n);
    if (supply > demand) return [...draws, ...proRata(here, demand, supply, unit)];
    draws.push(...here.map(({ spoke, assets }) => ({ spoke, tier, drawn: assets })));
    demand -= supply;
  }
  return draws;
}

function proRata(pools: readonly PoolBefore[], demand: bigint, supply: bigint, unit: bigint): ExpectedDraw[] {
  const floors = pools.map(({ spoke, tier, assets }) => {
    const floor = (assets * demand) / supply;
    return { spoke, tier, assets, drawn: floor - (floor % unit) };
  });
  let rest = demand - floors.reduce((sum, { drawn }) => sum + drawn, 0n);
  const lost = ({ assets, drawn }: (typeof floors)[number]): bigint => assets * demand - drawn * supply;
  const byLoss = [...floors].sort((a, b) => (lost(a) === lost(b) ? a.spoke - b.spoke : lost(a) > lost(b) ? -1 : 1));
  for (const pool of byLoss) {
    if (rest < unit) break;
    pool.drawn += unit;
    rest -= unit;
  }
  return floors.filter(({ drawn }) => drawn > 0n).map(({ spoke, tier, drawn }) => ({ spoke, tier, drawn }));
}
