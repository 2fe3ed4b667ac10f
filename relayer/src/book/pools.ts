import { and, asc, desc, eq, lte } from 'drizzle-orm';
import { toTier, type BasketId, type SpokeId, type Tier } from '@ala/shared/ids';
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

async function statesAt(db: DbOrTx, basket: BasketId, spoke: SpokeId, blockNumber: number) {
  return db
    .selectDistinctOn([poolStates.tier])
    .from(poolStates)
    .where(and(eq(poolStates.basket, basket), eq(poolStates.spoke, spoke), lte(poolStates.blockNumber, blockNumber)))
    .orderBy(asc(poolStates.tier), desc(poolStates.blockNumber), desc(poolStates.logIndex));
}

/** Exits of two epochs can have one time: the last epoch's row is the later one. */
async function bucketsAt(db: DbOrTx, basket: BasketId, spoke: SpokeId, blockNumber: number) {
  return db
    .selectDistinctOn([poolBuckets.tier, poolBuckets.kind, poolBuckets.atSec])
    .from(poolBuckets)
    .where(and(eq(poolBuckets.basket, basket), eq(poolBuckets.spoke, spoke), lte(poolBuckets.blockNumber, blockNumber)))
    .orderBy(
      asc(poolBuckets.tier),
      asc(poolBuckets.kind),
      asc(poolBuckets.atSec),
      desc(poolBuckets.blockNumber),
      desc(poolBuckets.logIndex),
    );
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
