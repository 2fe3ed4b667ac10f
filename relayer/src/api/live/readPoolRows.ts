import { and, asc, desc, eq, gt, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../../db/client.js';
import { inFlights, poolBuckets, poolStates } from '../../db/chainTables.js';
import type { PoolRows } from './poolBook.js';

/** What the blocks above `block` have changed, in their order. */
export async function readPoolRowsSince(db: DbOrTx, chainId: number, block: number): Promise<PoolRows> {
  type Table = typeof poolStates | typeof poolBuckets | typeof inFlights;
  const rowsOf = (table: Table): SQL | undefined => and(eq(table.chainId, chainId), gt(table.blockNumber, block));
  return {
    states: await db
      .select()
      .from(poolStates)
      .where(rowsOf(poolStates))
      .orderBy(asc(poolStates.blockNumber), asc(poolStates.logIndex)),
    buckets: await db
      .select()
      .from(poolBuckets)
      .where(rowsOf(poolBuckets))
      .orderBy(asc(poolBuckets.blockNumber), asc(poolBuckets.logIndex)),
    inFlights: await db
      .select()
      .from(inFlights)
      .where(rowsOf(inFlights))
      .orderBy(asc(inFlights.blockNumber), asc(inFlights.logIndex)),
  };
}

/** The last row of each pool, bucket and basket of a chain: reads all of its history once. */
export async function readLastPoolRows(db: DbOrTx, chainId: number): Promise<PoolRows> {
  return {
    states: await db
      .selectDistinctOn([poolStates.basket, poolStates.spoke, poolStates.tier])
      .from(poolStates)
      .where(eq(poolStates.chainId, chainId))
      .orderBy(
        poolStates.basket,
        poolStates.spoke,
        poolStates.tier,
        desc(poolStates.blockNumber),
        desc(poolStates.logIndex),
      ),
    buckets: await db
      .selectDistinctOn([poolBuckets.basket, poolBuckets.spoke, poolBuckets.tier, poolBuckets.kind, poolBuckets.atSec])
      .from(poolBuckets)
      .where(eq(poolBuckets.chainId, chainId))
      .orderBy(
        poolBuckets.basket,
        poolBuckets.spoke,
        poolBuckets.tier,
        poolBuckets.kind,
        poolBuckets.atSec,
        desc(poolBuckets.blockNumber),
        desc(poolBuckets.logIndex),
      ),
    inFlights: await db
      .selectDistinctOn([inFlights.basket, inFlights.spoke])
      .from(inFlights)
      .where(eq(inFlights.chainId, chainId))
      .orderBy(inFlights.basket, inFlights.spoke, desc(inFlights.blockNumber), desc(inFlights.logIndex)),
  };
}
