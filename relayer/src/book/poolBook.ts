import { toTier } from '@ala/shared/ids';
import type { BucketRow, PoolRows, StateRow } from './poolRows.js';
import type { PoolAtBlock, SpokeAtBlock } from './poolAtBlock.js';

/** A pool as its last rows show it, with the number of its calls. */
export interface KnownPool extends PoolAtBlock {
  readonly calls: number;
}

export interface KnownSpoke extends SpokeAtBlock {
  readonly spoke: number;
  readonly pools: readonly KnownPool[];
}

interface PoolMemory {
  state: StateRow | null;
  /** The last row of each bucket that the pool has not rolled, by kind and time. */
  readonly buckets: Map<string, BucketRow>;
  /** What they come to; null once another row has come. */
  known: KnownPool | null;
}

interface SpokeMemory {
  readonly pools: Map<number, PoolMemory>;
  inFlight: { readonly amount: bigint; readonly max: bigint };
}

/** The pools of all baskets as the last rows of each show them, led on by new rows. */
export class PoolBook {
  /** By basket, then spoke. */
  private readonly baskets = new Map<number, Map<number, SpokeMemory>>();

  /** Takes rows that follow those that it has; returns the baskets that they are of. */
  take({ states, buckets, inFlights }: PoolRows): Set<number> {
    for (const row of states) {
      const pool = this.touched(row);
      pool.state = row;
      for (const [key, bucket] of pool.buckets) if (bucket.atSec <= row.rolledToSec) pool.buckets.delete(key);
    }
    for (const row of buckets) {
      const pool = this.touched(row);
      const waits = row.amount > 0n && row.atSec > (pool.state?.rolledToSec ?? 0);
      if (waits) pool.buckets.set(`${row.kind}/${row.atSec}`, row);
      else pool.buckets.delete(`${row.kind}/${row.atSec}`);
    }
    for (const row of inFlights) this.spoke(row).inFlight = { amount: row.amount, max: row.max };
    return new Set([...states, ...buckets, ...inFlights].map(({ basket }) => basket));
  }

  /** Forgets spokes, whose rows are then read anew; returns the baskets that they were part of. */
  forget(which: ReadonlySet<number>): Set<number> {
    const touched = new Set<number>();
    for (const [basket, spokes] of this.baskets) {
      for (const spoke of spokes.keys()) {
        if (which.has(spoke) && spokes.delete(spoke)) touched.add(basket);
      }
    }
    return touched;
  }

  /** Each spoke of a basket in the order of their numbers; what is due may not have been rolled. */
  spokesOf(basket: number): readonly KnownSpoke[] {
    const spokes = [...(this.baskets.get(basket)?.keys() ?? [])].sort((a, b) => a - b);
    return spokes.map((spoke) => this.spokeOf(basket, spoke));
  }

  /** One of which nothing is known has no pools and may have nothing in flight. */
  spokeOf(basket: number, spoke: number): KnownSpoke {
    const memory = this.baskets.get(basket)?.get(spoke);
    if (memory === undefined) return { spoke, inFlight: { amount: 0n, max: 0n }, pools: [] };
    const pools = [...memory.pools].sort(([a], [b]) => a - b).map(([tier, pool]) => poolOf(tier, pool));
    return { spoke, inFlight: memory.inFlight, pools };
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

  private touched(row: { basket: number; spoke: number; tier: number }): PoolMemory {
    const { pools } = this.spoke(row);
    const pool = pools.get(row.tier) ?? { state: null, buckets: new Map<string, BucketRow>(), known: null };
    pool.known = null;
    pools.set(row.tier, pool);
    return pool;
  }

  private spoke({ basket, spoke }: { basket: number; spoke: number }): SpokeMemory {
    const spokes = this.baskets.get(basket) ?? new Map<number, SpokeMemory>();
    this.baskets.set(basket, spokes);
    const known = spokes.get(spoke);
    if (known !== undefined) return known;
    const memory: SpokeMemory = { pools: new Map(), inFlight: { amount: 0n, max: 0n } };
    spokes.set(spoke, memory);
    return memory;
  }
}

function poolOf(tier: number, memory: PoolMemory): KnownPool {
  return (memory.known ??= fold(tier, memory));
}

function fold(tier: number, { state, buckets }: PoolMemory): KnownPool {
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
