import { toTier } from '@ala/shared/ids';
import type { inFlights, poolBuckets, poolStates } from '../../db/chainTables.js';
import type { PoolAtBlock, SpokeAtBlock } from '../../book/pools.js';

type StateRow = typeof poolStates.$inferSelect;
type BucketRow = typeof poolBuckets.$inferSelect;
type InFlightRow = typeof inFlights.$inferSelect;

/** A pool as its last rows show it, with the number of its calls. */
export interface KnownPool extends PoolAtBlock {
  readonly calls: number;
}

export interface KnownSpoke extends SpokeAtBlock {
  readonly spoke: number;
  readonly pools: readonly KnownPool[];
}

/** Rows of one chain in the order in which the chain showed them. */
export interface PoolRows {
  readonly states: readonly StateRow[];
  readonly buckets: readonly BucketRow[];
  readonly inFlights: readonly InFlightRow[];
}

interface PoolMemory {
  state: StateRow | null;
  /** The last row of each bucket that the pool has not rolled, by kind and time. */
  readonly buckets: Map<string, BucketRow>;
}

interface SpokeMemory {
  readonly chainId: number;
  readonly pools: Map<number, PoolMemory>;
  inFlight: { readonly amount: bigint; readonly max: bigint };
}

/**
 * The pools of all baskets as the last rows of each show them: what `spokeAt` reads, kept in memory and led on by new rows, so that no
 * request asks the database for it.
 */
export class PoolBook {
  /** By basket, then spoke. */
  private readonly baskets = new Map<number, Map<number, SpokeMemory>>();

  /** Takes rows that follow those that it has; returns the baskets that they are of. */
  take(chainId: number, { states, buckets, inFlights }: PoolRows): Set<number> {
    for (const row of states) {
      const pool = this.pool(chainId, row);
      pool.state = row;
      for (const [key, bucket] of pool.buckets) if (bucket.atSec <= row.rolledToSec) pool.buckets.delete(key);
    }
    for (const row of buckets) {
      const pool = this.pool(chainId, row);
      const waits = row.amount > 0n && row.atSec > (pool.state?.rolledToSec ?? 0);
      if (waits) pool.buckets.set(`${row.kind}/${row.atSec}`, row);
      else pool.buckets.delete(`${row.kind}/${row.atSec}`);
    }
    for (const row of inFlights) this.spoke(chainId, row).inFlight = { amount: row.amount, max: row.max };
    return new Set([...states, ...buckets, ...inFlights].map(({ basket }) => basket));
  }

  /** Forgets a chain, whose rows are then read anew; returns the baskets that it was part of. */
  forget(chainId: number): Set<number> {
    const touched = new Set<number>();
    for (const [basket, spokes] of this.baskets) {
      for (const [spoke, memory] of spokes) {
        if (memory.chainId !== chainId) continue;
        spokes.delete(spoke);
        touched.add(basket);
      }
    }
    return touched;
  }

  /** Each spoke of a basket in the order of their numbers; what is due may not have been rolled. */
  spokesOf(basket: number): readonly KnownSpoke[] {
    const spokes = [...(this.baskets.get(basket) ?? [])].sort(([a], [b]) => a - b);
    return spokes.map(([spoke, { pools, inFlight }]) => ({
      spoke,
      inFlight,
      pools: [...pools].sort(([a], [b]) => a - b).map(([tier, memory]) => poolOf(tier, memory)),
    }));
  }

  poolOf(basket: number, spoke: number, tier: number): KnownPool | undefined {
    const memory = this.baskets.get(basket)?.get(spoke)?.pools.get(tier);
    return memory === undefined ? undefined : poolOf(tier, memory);
  }

  /** When the next bucket of the basket is due after `nowSec`; null if nothing waits. */
  nextDueSec(basket: number, nowSec: number): number | null {
    let next: number | null = null;
    for (const { pools } of this.baskets.get(basket)?.values() ?? []) {
      for (const { buckets } of pools.values()) {
        for (const { atSec } of buckets.values()) if (atSec > nowSec && (next === null || atSec < next)) next = atSec;
      }
    }
    return next;
  }

  private pool(chainId: number, row: { basket: number; spoke: number; tier: number }): PoolMemory {
    const { pools } = this.spoke(chainId, row);
    const known = pools.get(row.tier);
    if (known !== undefined) return known;
    const pool: PoolMemory = { state: null, buckets: new Map() };
    pools.set(row.tier, pool);
    return pool;
  }

  private spoke(chainId: number, { basket, spoke }: { basket: number; spoke: number }): SpokeMemory {
    const spokes = this.baskets.get(basket) ?? new Map<number, SpokeMemory>();
    this.baskets.set(basket, spokes);
    const known = spokes.get(spoke);
    if (known !== undefined) return known;
    const memory: SpokeMemory = { chainId, pools: new Map(), inFlight: { amount: 0n, max: 0n } };
    spokes.set(spoke, memory);
    return memory;
  }
}

function poolOf(tier: number, { state, buckets }: PoolMemory): KnownPool {
  const epoch = state?.epoch ?? 0;
  const rows = [...buckets.values()].sort((a, b) => a.atSec - b.atSec);
  return {
    tier: toTier(tier),
    epoch,
    calls: state?.calls ?? 0,
    assets: state?.assets ?? 0n,
    shares: state?.shares ?? 0n,
    entries: rows.filter(({ kind }) => kind === 'entry').map(({ atSec, amount }) => ({ activeAtSec: atSec, amount })),
    // The end of an epoch voids its exits.
    exits: rows
      .filter((row) => row.kind === 'exit' && row.epoch === epoch)
      .map(({ atSec, amount }) => ({ exitAtSec: atSec, shares: amount })),
  };
}
