import { and, desc, eq, lte, sql, type SQL } from 'drizzle-orm';
import { MAX_TIERS, toTier, type BasketId, type SpokeId, type Tier } from '@ala/shared/ids';
import type { Pool } from '@ala/shared/pool';
import type { DbOrTx } from '../db/client.js';
import { inFlights, poolBuckets, poolStates } from '../db/chainTables.js';

/** A pool as its last events up to a block show it; amounts in hub units. What is due may not have been rolled yet. */
export interface PoolAtBlock extends Pool {
  readonly tier: Tier;
  readonly epoch: number;
}

/** A spoke's side of a basket as of a block. */
export interface SpokeAtBlock {
  readonly pools: readonly PoolAtBlock[];
  readonly inFlight: { readonly amount: bigint; readonly max: bigint };
}

/** The pools of one spoke at one of its blocks, and what of the basket is in flight there. */
export async function spokeAt(
  db: DbOrTx,
  basket: BasketId,
  spoke: SpokeId,
  blockNumber: number,
): Promise<SpokeAtBlock> {
  const [states, buckets, inFlight] = await Promise.all([
    statesAt(db, basket, spoke, blockNumber),
    bucketsAt(db, basket, spoke, blockNumber),
    inFlightAt(db, basket, spoke, blockNumber),
  ]);
  const tiers = [...new Set([...states, ...buckets].map(({ tier }) => tier))].sort((a, b) => a - b);
  const pools = tiers.map((tier): PoolAtBlock => {
    const state = states.find((row) => row.tier === tier);
    const rolledToSec = state?.rolledToSec ?? 0;
    const epoch = state?.epoch ?? 0;
    const waiting = buckets.filter((row) => row.tier === tier && row.atSec > rolledToSec && row.amount > 0n);
    return {
      tier: toTier(tier),
      epoch,
      assets: state?.assets ?? 0n,
      shares: state?.shares ?? 0n,
      entries: waiting
        .filter(({ kind }) => kind === 'entry')
        .map(({ atSec, amount }) => ({ activeAtSec: atSec, amount })),
      exits: waiting
        .filter((row) => row.kind === 'exit' && row.epoch === epoch)
        .map(({ atSec, amount }) => ({ exitAtSec: atSec, shares: amount })),
    };
  });
  return { pools, inFlight };
}

interface StateRow {
  readonly tier: number;
  readonly epoch: number;
  readonly assets: bigint;
  readonly shares: bigint;
  readonly rolledToSec: number;
}

/** One look into the index a tier of the longest ladder: the past of a pool costs nothing, however long it is. */
function latestStates(basket: BasketId, spoke: SpokeId, blockNumber: number): SQL {
  return sql`select tiers.tier, latest.* from generate_series(0, ${MAX_TIERS - 1}::integer) tiers(tier),
    lateral (select epoch, assets, shares, rolled_to_sec from ${poolStates}
      where basket = ${basket} and spoke = ${spoke} and tier = tiers.tier and block_number <= ${blockNumber}
      order by block_number desc nulls last, log_index desc nulls last limit 1) latest`;
}

async function statesAt(db: DbOrTx, basket: BasketId, spoke: SpokeId, blockNumber: number): Promise<StateRow[]> {
  const { rows } = await db.execute<Record<'tier' | 'epoch' | 'assets' | 'shares' | 'rolled_to_sec', string>>(
    latestStates(basket, spoke, blockNumber),
  );
  return rows.map((row) => ({
    tier: Number(row.tier),
    epoch: Number(row.epoch),
    assets: BigInt(row.assets),
    shares: BigInt(row.shares),
    rolledToSec: Number(row.rolled_to_sec),
  }));
}

interface BucketRow {
  readonly tier: number;
  readonly kind: string;
  readonly atSec: number;
  readonly epoch: number | null;
  readonly amount: bigint;
}

/**
 * The last row of each bucket that its pool has not rolled yet: from each time the index leads to the next one. Every bid and exit has
 * left a row in its bucket, and nearly all of them are passed over.
 * Exits of two epochs can have one time: the last epoch's row is the later one.
 */
async function bucketsAt(db: DbOrTx, basket: BasketId, spoke: SpokeId, blockNumber: number): Promise<BucketRow[]> {
  const inPool = sql`basket = ${basket} and spoke = ${spoke} and tier = tiers.tier and kind = kinds.kind`;
  const { rows } = await db.execute<Record<'tier' | 'kind' | 'at_sec' | 'amount', string> & { epoch: number | null }>(
    sql`with states as (${latestStates(basket, spoke, blockNumber)})
    select tiers.tier, kinds.kind, latest.*
      from generate_series(0, ${MAX_TIERS - 1}::integer) tiers(tier)
      left join states on states.tier = tiers.tier
      cross join (values ('entry'), ('exit')) kinds(kind),
    lateral (with recursive times as (
      (select at_sec from ${poolBuckets} where ${inPool} and at_sec > coalesce(states.rolled_to_sec, 0) order by at_sec limit 1)
      union all
      select next.at_sec from times,
        lateral (select at_sec from ${poolBuckets} where ${inPool} and at_sec > times.at_sec order by at_sec limit 1) next
    ) select at_sec from times) times,
    lateral (select at_sec, epoch, amount from ${poolBuckets}
      where ${inPool} and at_sec = times.at_sec and block_number <= ${blockNumber}
      order by block_number desc nulls last, log_index desc nulls last limit 1) latest
    order by tiers.tier, kinds.kind, latest.at_sec`,
  );
  return rows.map(({ tier, kind, at_sec: atSec, epoch, amount }) => ({
    tier: Number(tier),
    kind,
    atSec: Number(atSec),
    epoch,
    amount: BigInt(amount),
  }));
}

async function inFlightAt(db: DbOrTx, basket: BasketId, spoke: SpokeId, blockNumber: number) {
  const [row] = await db
    .select({ amount: inFlights.amount, max: inFlights.max })
    .from(inFlights)
    .where(and(eq(inFlights.basket, basket), eq(inFlights.spoke, spoke), lte(inFlights.blockNumber, blockNumber)))
    .orderBy(desc(inFlights.blockNumber), desc(inFlights.logIndex))
    .limit(1);
  // The limit is emitted with the basket's creation: without it the spoke does not know the basket.
  return row ?? { amount: 0n, max: 0n };
}
