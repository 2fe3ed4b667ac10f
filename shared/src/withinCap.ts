import type { ClearPool } from './clearInput.js';

/** The spoke's limit cuts its pools, the cheapest first. */
export function withinCap(pools: readonly ClearPool[], room: bigint): ClearPool[] {
  let left = room;
  return [...pools]
    .sort((a, b) => a.tier - b.tier)
    .map((pool) => {
      const available = pool.available < left ? pool.available : left;
      left -= available;
      return { ...pool, available };
    });
}
