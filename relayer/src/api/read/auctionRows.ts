import { and, asc, desc, eq, inArray, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import type { AuctionState } from '@ala/shared/api/auctions';
import type { DbOrTx } from '../../db/client.js';
import { auctionEvents, auctions, blocks, legs, planCommits, rawEvents } from '../../db/chainTables.js';
import { isLogOf } from '../../db/isLogOf.js';

/** An auction with everything that the chains have shown of it. */
export interface AuctionRows {
  readonly auction: typeof auctions.$inferSelect;
  readonly txHash: string;
  readonly openedSec: number;
  readonly events: readonly (typeof auctionEvents.$inferSelect & { readonly timestampSec: number })[];
  readonly commits: readonly (typeof planCommits.$inferSelect)[];
  readonly legEvents: readonly (typeof legs.$inferSelect & { readonly timestampSec: number })[];
}

export interface AuctionFilter {
  /** Any of them. */
  readonly auctionIds?: readonly string[] | undefined;
  readonly basket?: number | undefined;
  readonly marketId?: number | undefined;
  readonly state?: AuctionState | undefined;
  /** Before this one: the newest come first. */
  readonly before?: { readonly blockNumber: number; readonly logIndex: number } | undefined;
  readonly limit: number;
}

/** Auctions that pass the filter, the newest first. */
export async function readAuctionRows(db: DbOrTx, filter: AuctionFilter): Promise<AuctionRows[]> {
  const found = await db
    .select({ auction: auctions, txHash: rawEvents.txHash, openedSec: blocks.timestampSec })
    .from(auctions)
    .innerJoin(rawEvents, isLogOf(auctions))
    .innerJoin(blocks, and(eq(blocks.chainId, auctions.chainId), eq(blocks.number, auctions.blockNumber)))
    .where(and(...conditions(filter)))
    .orderBy(desc(auctions.blockNumber), desc(auctions.logIndex))
    .limit(filter.limit);
  const ids = found.map(({ auction }) => auction.auctionId);
  if (ids.length === 0) return [];
  const events = await db
    .select({ event: auctionEvents, timestampSec: blocks.timestampSec })
    .from(auctionEvents)
    .innerJoin(blocks, and(eq(blocks.chainId, auctionEvents.chainId), eq(blocks.number, auctionEvents.blockNumber)))
    .where(inArray(auctionEvents.auctionId, ids))
    .orderBy(asc(auctionEvents.blockNumber), asc(auctionEvents.logIndex));
  const commits = await db
    .select()
    .from(planCommits)
    .where(inArray(planCommits.auctionId, ids))
    .orderBy(asc(planCommits.blockNumber), asc(planCommits.logIndex));
  const legEvents = await db
    .select({ event: legs, timestampSec: blocks.timestampSec })
    .from(legs)
    .innerJoin(blocks, and(eq(blocks.chainId, legs.chainId), eq(blocks.number, legs.blockNumber)))
    .where(inArray(legs.auctionId, ids))
    .orderBy(asc(legs.chainId), asc(legs.blockNumber), asc(legs.logIndex));
  const eventsOf = byAuction(events.map(({ event, timestampSec }) => ({ ...event, timestampSec })));
  const commitsOf = byAuction(commits);
  const legEventsOf = byAuction(legEvents.map(({ event, timestampSec }) => ({ ...event, timestampSec })));
  return found.map(({ auction, txHash, openedSec }) => ({
    auction,
    txHash,
    openedSec,
    events: eventsOf.get(auction.auctionId) ?? [],
    commits: commitsOf.get(auction.auctionId) ?? [],
    legEvents: legEventsOf.get(auction.auctionId) ?? [],
  }));
}

function byAuction<Row extends { readonly auctionId: string | null }>(rows: readonly Row[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.auctionId === null) continue;
    const known = found.get(row.auctionId);
    if (known === undefined) found.set(row.auctionId, [row]);
    else known.push(row);
  }
  return found;
}

function conditions({ auctionIds, basket, marketId, state, before }: AuctionFilter): SQL[] {
  const found: (SQL | undefined)[] = [];
  if (auctionIds !== undefined) found.push(inArray(auctions.auctionId, [...auctionIds]));
  if (basket !== undefined) found.push(eq(auctions.basket, basket));
  if (marketId !== undefined) found.push(eq(auctions.marketId, marketId));
  if (before !== undefined) {
    const { blockNumber, logIndex } = before;
    found.push(sql`(${auctions.blockNumber}, ${auctions.logIndex}) < (${blockNumber}::bigint, ${logIndex}::int)`);
  }
  if (state === 'finished') found.push(isNotNull(auctions.finishedAt));
  else if (state !== undefined) {
    const closed = sql`exists (select from ${auctionEvents} where ${auctionEvents.auctionId} = ${auctions.auctionId} and ${auctionEvents.kind} = 'closed')`;
    found.push(isNull(auctions.finishedAt), state === 'closed' ? closed : sql`not ${closed}`);
  }
  return found.flatMap((condition) => condition ?? []);
}
