import { and, asc, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Address } from '@ala/shared/ids';
import { isBucketOfBid, type OpenBid } from '../../book/bids.js';
import type { DbOrTx } from '../../db/client.js';
import { bidClosures, bids, blocks, entryWithdrawals, rawEvents, rolledEntries } from '../../db/chainTables.js';
import { isLogOf } from '../../db/isLogOf.js';

/** A bid with what became of it. */
export interface BidRow extends OpenBid {
  readonly chainId: number;
  readonly basket: number;
  readonly kind: 'entering' | 'remainder' | 'exiting';
  readonly startGen: number | null;
  readonly rolledStartGen: number | null;
  readonly closed: boolean;
  readonly blockNumber: number;
  readonly txHash: string;
  readonly timestampSec: number;
}

export interface BidFilter {
  readonly owner: Address;
  /** Of these only. */
  readonly baskets: readonly number[];
  readonly spoke?: number | undefined;
  /** `open`: not over. `exits`: asked to leave and not collected. */
  readonly show: 'open' | 'exits' | 'all';
  /** After this one, in the order of spokes and ids. */
  readonly after?: { readonly spoke: number; readonly bidId: bigint } | undefined;
  readonly limit: number;
}

/**
 * Bids of an owner by his index, in the order of spokes and ids. What belongs to a bid is looked up for it alone, up to the end of the
 * page.
 */
export async function readBidRows(db: DbOrTx, filter: BidFilter): Promise<BidRow[]> {
  const withdrawn = db
    .select({ left: entryWithdrawals.left })
    .from(entryWithdrawals)
    .where(and(eq(entryWithdrawals.spoke, bids.spoke), eq(entryWithdrawals.bidId, bids.bidId)))
    .orderBy(desc(entryWithdrawals.blockNumber), desc(entryWithdrawals.logIndex))
    .limit(1)
    .as('withdrawn');
  const closure = db
    .select({ bidId: bidClosures.bidId })
    .from(bidClosures)
    .where(and(eq(bidClosures.spoke, bids.spoke), eq(bidClosures.bidId, bids.bidId)))
    .limit(1)
    .as('closure');
  const log = db.select({ txHash: rawEvents.txHash }).from(rawEvents).where(isLogOf(bids)).limit(1).as('log');
  const block = db
    .select({ timestampSec: blocks.timestampSec })
    .from(blocks)
    .where(and(eq(blocks.chainId, bids.chainId), eq(blocks.number, bids.blockNumber)))
    .limit(1)
    .as('block');
  const rows = await db
    .select({
      chainId: bids.chainId,
      blockNumber: bids.blockNumber,
      txHash: log.txHash,
      timestampSec: block.timestampSec,
      basket: bids.basket,
      tier: bids.tier,
      spoke: bids.spoke,
      bidId: bids.bidId,
      owner: bids.owner,
      kind: bids.kind,
      amount: bids.amount,
      left: withdrawn.left,
      activeAtSec: bids.activeAtSec,
      exitAtSec: bids.exitAtSec,
      shares: bids.shares,
      startGen: bids.startGen,
      epoch: bids.epoch,
      rolledAmount: rolledEntries.amount,
      rolledShares: rolledEntries.shares,
      rolledStartGen: rolledEntries.startGen,
      rolledEpoch: rolledEntries.epoch,
      closedBy: closure.bidId,
    })
    .from(bids)
    .innerJoinLateral(log, sql`true`)
    .innerJoinLateral(block, sql`true`)
    .leftJoinLateral(closure, sql`true`)
    .leftJoinLateral(withdrawn, sql`true`)
    .leftJoin(rolledEntries, isBucketOfBid)
    .where(and(...conditions(filter)))
    .orderBy(asc(bids.spoke), asc(bids.bidId))
    .limit(filter.limit);
  return rows.map(({ closedBy, ...row }) => ({ ...row, closed: closedBy !== null }));
}

/** A bid is over once it is closed, or nothing of it is left, which is for good. The planner knows that nearly all pass, and stops at the page's end. */
const isOpen = sql`not exists (select from ${bidClosures} where ${bidClosures.spoke} = ${bids.spoke} and ${bidClosures.bidId} = ${bids.bidId})
  and not exists (select from ${entryWithdrawals} where ${entryWithdrawals.spoke} = ${bids.spoke} and ${entryWithdrawals.bidId} = ${bids.bidId}
    and ${entryWithdrawals.left} = 0)`;

function conditions({ owner, baskets, spoke, show, after }: BidFilter): SQL[] {
  const found: (SQL | undefined)[] = [eq(bids.owner, owner), inArray(bids.basket, [...baskets])];
  if (spoke !== undefined) found.push(eq(bids.spoke, spoke));
  if (show !== 'all') found.push(isOpen);
  if (show === 'exits') found.push(eq(bids.kind, 'exiting'));
  if (after !== undefined) {
    found.push(sql`(${bids.spoke}, ${bids.bidId}) > (${after.spoke}, ${after.bidId.toString()}::numeric)`);
  }
  return found.flatMap((condition) => condition ?? []);
}
