import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import { toSpokeId, toTier, type Address, type BasketId, type Tier } from '@ala/shared/ids';
import { rollPool, type RolledPool } from '@ala/shared/pool';
import type { DbOrTx } from '../db/client.js';
import { bidClosures, bids, entryWithdrawals, rolledEntries } from '../db/chainTables.js';
import { spokeAt } from './pools.js';

/** Whether a bid can be called: not yet, for good, until a time, or no more. */
export type BookState = 'entering' | 'standing' | 'leaving' | 'left';

/** An open bid at its place in the global book. */
export interface BookEntry {
  readonly tier: Tier;
  readonly spoke: number;
  readonly bidId: bigint;
  readonly owner: Address;
  readonly state: BookState;
  /** What the bid can be called for at the moment, hub units, rounded down. */
  readonly standby: bigint;
  /** What is not active yet, hub units. */
  readonly entering: bigint;
  /** When it becomes active, or leaves, seconds. */
  readonly atSec: number | null;
}

/** A bid that is not over, with what is known of its shares. */
export interface OpenBid {
  readonly tier: number;
  readonly spoke: number;
  readonly bidId: bigint;
  readonly owner: string;
  readonly amount: bigint | null;
  /** Of the amount, after withdrawals before it was active. */
  readonly left: bigint | null;
  readonly activeAtSec: number | null;
  readonly exitAtSec: number | null;
  readonly shares: bigint | null;
  readonly epoch: number | null;
  /** Of its bucket as a whole, once it was rolled. */
  readonly rolledAmount: bigint | null;
  readonly rolledShares: bigint | null;
  readonly rolledEpoch: number | null;
}

/** A pool once everything that is due has entered or left it. */
export type PoolNow = RolledPool & { readonly epoch: number };

/** The global bid book of a basket at a moment: all bids of all spokes that are not over, the cheapest premium first. */
export async function bidBook(db: DbOrTx, basket: BasketId, nowSec: number, limit: number): Promise<BookEntry[]> {
  const rows = await openBids(db, basket, limit);
  const pools = await poolsNow(db, basket, [...new Set(rows.map(({ spoke }) => spoke))], nowSec);
  return rows
    .map((row) => entryOf(row, pools.get(`${row.spoke}/${row.tier}`), nowSec))
    .filter((entry) => entry !== null);
}

/** Joins bids with the buckets in which they have entered. */
export const isBucketOfBid = and(
  eq(rolledEntries.spoke, bids.spoke),
  eq(rolledEntries.basket, bids.basket),
  eq(rolledEntries.tier, bids.tier),
  eq(rolledEntries.activeAtSec, bids.activeAtSec),
);

/** A bid with its shares where they are known: an entering one's as its bucket was rolled. */
async function openBids(db: DbOrTx, basket: BasketId, limit: number): Promise<OpenBid[]> {
  const withdrawn = db
    .selectDistinctOn([entryWithdrawals.spoke, entryWithdrawals.bidId])
    .from(entryWithdrawals)
    .orderBy(
      entryWithdrawals.spoke,
      entryWithdrawals.bidId,
      desc(entryWithdrawals.blockNumber),
      desc(entryWithdrawals.logIndex),
    )
    .as('withdrawn');
  return db
    .select({
      tier: bids.tier,
      spoke: bids.spoke,
      bidId: bids.bidId,
      owner: bids.owner,
      amount: bids.amount,
      left: withdrawn.left,
      activeAtSec: bids.activeAtSec,
      exitAtSec: bids.exitAtSec,
      shares: bids.shares,
      epoch: bids.epoch,
      rolledAmount: rolledEntries.amount,
      rolledShares: rolledEntries.shares,
      rolledEpoch: rolledEntries.epoch,
    })
    .from(bids)
    .leftJoin(bidClosures, and(eq(bidClosures.spoke, bids.spoke), eq(bidClosures.bidId, bids.bidId)))
    .leftJoin(withdrawn, and(eq(withdrawn.spoke, bids.spoke), eq(withdrawn.bidId, bids.bidId)))
    .leftJoin(rolledEntries, isBucketOfBid)
    .where(and(eq(bids.basket, basket), isNull(bidClosures.bidId), sql`${withdrawn.left} is distinct from 0`))
    .orderBy(asc(bids.tier), asc(bids.spoke), asc(bids.bidId))
    .limit(limit);
}

/** Every pool of these spokes, rolled to now, by `spoke/tier`. */
async function poolsNow(db: DbOrTx, basket: BasketId, spokes: readonly number[], nowSec: number) {
  const all = await Promise.all(
    spokes.map(async (spoke) => {
      const { pools } = await spokeAt(db, basket, toSpokeId(spoke), Number.MAX_SAFE_INTEGER);
      return pools.map((pool): [string, PoolNow] => [
        `${spoke}/${pool.tier}`,
        { ...rollPool(pool, nowSec), epoch: pool.epoch },
      ]);
    }),
  );
  return new Map(all.flat());
}

/** Pure: where an open bid stands in the book. Null for one that a call took all of. */
export function entryOf(row: OpenBid, pool: PoolNow | undefined, nowSec: number): BookEntry | null {
  const common = { tier: toTier(row.tier), spoke: row.spoke, bidId: row.bidId, owner: row.owner as Address };
  const held = sharesOf(row, pool);
  if (held === null) {
    const entering = row.left ?? row.amount ?? 0n;
    return { ...common, state: 'entering', standby: 0n, entering, atSec: row.activeAtSec };
  }
  if (held.epoch !== pool?.epoch) return null;
  if (row.exitAtSec !== null && row.exitAtSec <= nowSec) {
    return { ...common, state: 'left', standby: 0n, entering: 0n, atSec: row.exitAtSec };
  }
  const standby = pool.shares === 0n ? 0n : (held.shares * pool.assets) / pool.shares;
  const state = row.exitAtSec === null ? 'standing' : 'leaving';
  return { ...common, state, standby, entering: 0n, atSec: row.exitAtSec };
}

/** The bid's shares and their epoch, also if its bucket is due and nobody has touched the pool since; null while it waits. */
export function sharesOf(row: OpenBid, pool: PoolNow | undefined): { shares: bigint; epoch: number } | null {
  if (row.shares !== null && row.epoch !== null) return { shares: row.shares, epoch: row.epoch };
  const amount = row.left ?? row.amount ?? 0n;
  if (row.rolledAmount !== null && row.rolledShares !== null && row.rolledEpoch !== null) {
    return { shares: (amount * row.rolledShares) / row.rolledAmount, epoch: row.rolledEpoch };
  }
  const due = pool?.rolledEntries.find(({ activeAtSec }) => activeAtSec === row.activeAtSec);
  return due === undefined || pool === undefined
    ? null
    : { shares: (amount * due.shares) / due.amount, epoch: pool.epoch };
}
