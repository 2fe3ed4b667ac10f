import { and, asc, gt, lte, or, sql, eq, type SQL } from 'drizzle-orm';
import { MAX_TIERS } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { inFlights, poolBuckets, poolStates } from '../db/chainTables.js';

/** What a row says of a pool, a bucket or a basket; where it stands, its order says. */
type Said<Row> = Omit<Row, 'chainId' | 'blockNumber' | 'logIndex'>;

export type StateRow = Said<typeof poolStates.$inferSelect>;
export type BucketRow = Said<typeof poolBuckets.$inferSelect>;
export type InFlightRow = Said<typeof inFlights.$inferSelect>;

/** Rows of one chain in the order in which the chain showed them. */
export interface PoolRows {
  readonly states: readonly StateRow[];
  readonly buckets: readonly BucketRow[];
  readonly inFlights: readonly InFlightRow[];
}

export const NO_POOL_ROWS: PoolRows = { states: [], buckets: [], inFlights: [] };

/** Blocks of one chain above the first number, up to the last. */
export interface BlockRange {
  readonly chainId: number;
  readonly above: number;
  readonly upTo: number;
}

/** What these blocks have changed, by chain, in their order. */
export async function readPoolRowsIn(db: DbOrTx, ranges: readonly BlockRange[]): Promise<Map<number, PoolRows>> {
  if (ranges.length === 0) return new Map();
  type Table = typeof poolStates | typeof poolBuckets | typeof inFlights;
  const within = (table: Table): SQL | undefined =>
    or(
      ...ranges.map(({ chainId, above, upTo }) =>
        and(eq(table.chainId, chainId), gt(table.blockNumber, above), lte(table.blockNumber, upTo)),
      ),
    );
  const order = (table: Table) => [asc(table.chainId), asc(table.blockNumber), asc(table.logIndex)];
  const states = await db
    .select()
    .from(poolStates)
    .where(within(poolStates))
    .orderBy(...order(poolStates));
  const buckets = await db
    .select()
    .from(poolBuckets)
    .where(within(poolBuckets))
    .orderBy(...order(poolBuckets));
  const flights = await db
    .select()
    .from(inFlights)
    .where(within(inFlights))
    .orderBy(...order(inFlights));
  return new Map(
    ranges.map(({ chainId }) => {
      const ofChain = <Row extends { readonly chainId: number }>(rows: readonly Row[]) =>
        rows.filter((row) => row.chainId === chainId);
      return [chainId, { states: ofChain(states), buckets: ofChain(buckets), inFlights: ofChain(flights) }];
    }),
  );
}

/** Pools of these baskets on these spokes, each spoke up to a block of its chain. */
export interface PoolsUpTo {
  readonly baskets: readonly number[];
  readonly spokes: readonly { readonly spoke: number; readonly upTo: number }[];
}

/**
 * The last row of each pool, of each bucket that its pool has not rolled, and of each basket: looks into the indexes, so the past costs
 * nothing, however long it is.
 */
export async function readLastPoolRows(db: DbOrTx, of: PoolsUpTo): Promise<PoolRows> {
  if (of.baskets.length === 0 || of.spokes.length === 0) return NO_POOL_ROWS;
  return {
    states: await readLastStates(db, of),
    buckets: await readLastBuckets(db, of),
    inFlights: await readLastInFlights(db, of),
  };
}

/** Each basket on each spoke, as `places(basket, spoke, up_to)`. */
function placesOf({ baskets, spokes }: PoolsUpTo): SQL {
  const list = <Item>(items: readonly Item[], write: (item: Item) => SQL): SQL => sql.join(items.map(write), sql`, `);
  return sql`(select baskets.basket, spokes.spoke, spokes.up_to
    from (values ${list(baskets, (basket) => sql`(${basket}::integer)`)}) baskets(basket)
    cross join (values ${list(spokes, ({ spoke, upTo }) => sql`(${spoke}::integer, ${upTo}::bigint)`)}) spokes(spoke, up_to)) places`;
}

const newest = sql.raw('order by block_number desc nulls last, log_index desc nulls last limit 1');
const everyTier = sql.raw(`cross join generate_series(0, ${MAX_TIERS - 1}::integer) tiers(tier)`);

/** One look into the index a tier of the longest ladder. */
function lastStates(of: PoolsUpTo): SQL {
  return sql`select places.basket, places.spoke, tiers.tier, latest.* from ${placesOf(of)} ${everyTier},
    lateral (select assets, shares, calls, epoch, rolled_to_sec from ${poolStates}
      where basket = places.basket and spoke = places.spoke and tier = tiers.tier and block_number <= places.up_to
      ${newest}) latest`;
}

type Texts<Name extends string> = Record<Name, string>;

async function readLastStates(db: DbOrTx, of: PoolsUpTo): Promise<StateRow[]> {
  const { rows } = await db.execute<
    Texts<'assets' | 'shares' | 'calls' | 'rolled_to_sec'> & Record<'basket' | 'spoke' | 'tier' | 'epoch', number>
  >(lastStates(of));
  return rows.map(({ basket, spoke, tier, epoch, ...row }) => ({
    basket,
    spoke,
    tier,
    epoch,
    assets: BigInt(row.assets),
    shares: BigInt(row.shares),
    calls: Number(row.calls),
    rolledToSec: Number(row.rolled_to_sec),
  }));
}

/**
 * From each time of a bucket the index leads to the next one: every bid and exit has left a row in its bucket, and nearly all of them are
 * passed over. Exits of two epochs can have one time: the last epoch's row is the later one.
 */
async function readLastBuckets(db: DbOrTx, of: PoolsUpTo): Promise<BucketRow[]> {
  const inPool = sql`basket = pools.basket and spoke = pools.spoke and tier = pools.tier and kind = pools.kind`;
  const { rows } = await db.execute<
    Texts<'at_sec' | 'amount'> &
      Record<'basket' | 'spoke' | 'tier', number> & { kind: BucketRow['kind']; epoch: number | null }
  >(sql`with states as (${lastStates(of)}), pools as (
      select places.*, tiers.tier, kinds.kind, coalesce(states.rolled_to_sec, 0) as rolled_to_sec
      from ${placesOf(of)} ${everyTier}
      left join states on states.basket = places.basket and states.spoke = places.spoke and states.tier = tiers.tier
      cross join (values ('entry'), ('exit')) kinds(kind)
    )
    select pools.basket, pools.spoke, pools.tier, pools.kind, latest.*
    from pools,
    lateral (with recursive times as (
      (select at_sec from ${poolBuckets} where ${inPool} and at_sec > pools.rolled_to_sec order by at_sec limit 1)
      union all
      select next.at_sec from times,
        lateral (select at_sec from ${poolBuckets} where ${inPool} and at_sec > times.at_sec order by at_sec limit 1) next
    ) select at_sec from times) times,
    lateral (select at_sec, epoch, amount from ${poolBuckets}
      where ${inPool} and at_sec = times.at_sec and block_number <= pools.up_to ${newest}) latest`);
  return rows.map(({ at_sec: atSec, amount, ...row }) => ({ ...row, atSec: Number(atSec), amount: BigInt(amount) }));
}

async function readLastInFlights(db: DbOrTx, of: PoolsUpTo): Promise<InFlightRow[]> {
  const { rows } = await db.execute<Texts<'amount' | 'max'> & Record<'basket' | 'spoke', number>>(
    sql`select places.basket, places.spoke, latest.* from ${placesOf(of)},
    lateral (select amount, max from ${inFlights}
      where basket = places.basket and spoke = places.spoke and block_number <= places.up_to ${newest}) latest`,
  );
  return rows.map(({ basket, spoke, amount, max }) => ({ basket, spoke, amount: BigInt(amount), max: BigInt(max) }));
}
