import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { decodeMessage, KIND_CAPITAL_DELIVERED, KIND_LEG_SETTLED } from '@ala/shared/messageCodec';
import {
  legId as legIdOf,
  toAuctionId,
  toBasketId,
  toLegId,
  toPlanHash,
  toSpokeId,
  type AuctionId,
  type LegId,
} from '@ala/shared/ids';
import { parseUint } from '@ala/shared/integers';
import { parsePlan } from '@ala/shared/plan';
import type { DbOrTx } from '../db/client.js';
import { auctionEvents, auctions, blocks, legs, planCommits } from '../db/chainTables.js';
import { outbox } from '../db/ownTables.js';
import type { FillResult, LegRecord, ReceiptKind } from '../dispatch/intent.js';
import { liveStates } from '../dispatch/outboxState.js';
import { groupBy } from '../lib/groupBy.js';
import type { AuctionView, LegView } from './auctionView.js';

type LegEvent = Omit<typeof legs.$inferSelect, 'open'> & { readonly timestampSec: number };

/** Auctions that are open, or closed with something still to do; an end without a trace of life is not read again. */
export async function readActiveAuctions(db: DbOrTx): Promise<AuctionView[]> {
  const rows = await db.select().from(auctions).where(isNull(auctions.finishedAt)).orderBy(asc(auctions.blockNumber));
  const [known, orphaned] = await Promise.all([readAuctions(db, rows), readOrphanedAuctions(db)]);
  return [...known, ...orphaned];
}

/** Auctions that the hub does not show (any more) and that a leg has arrived for, as long as one of them is not sent home. */
async function readOrphanedAuctions(db: DbOrTx): Promise<AuctionView[]> {
  const rows = await db
    .selectDistinct({ auctionId: legs.auctionId })
    .from(legs)
    .leftJoin(auctions, eq(auctions.auctionId, legs.auctionId))
    .where(and(eq(legs.open, true), isNull(auctions.auctionId)));
  const views = await Promise.all(
    rows.map(async ({ auctionId: id }): Promise<AuctionView[]> => {
      const auctionId = toAuctionId(id);
      const views = foldLegs([], await readLegEvents(db, [auctionId]));
      return views.length === 0 ? [] : [orphanedAuction(auctionId, views)];
    }),
  );
  return views.flat().filter((view) => view.legs.some((leg) => !leg.ended || leg.due.length > leg.dispatched.length));
}

function orphanedAuction(auctionId: AuctionId, views: readonly LegView[]): AuctionView {
  const message = decodeMessage(views[0]?.record?.message ?? '0x');
  if (message.kind !== KIND_CAPITAL_DELIVERED) throw new Error(`a leg of ${auctionId} arrived with another message`);
  return {
    auctionId,
    basket: toBasketId(message.basket),
    opened: false,
    debtToCover: 0n,
    debtCovered: 0n,
    deadlineSec: 0,
    closed: false,
    legs: views,
    settlementUnderWay: false,
  };
}

/** In a fixed number of queries, however many auctions there are: all of them are read each time that anything is decided. */
export async function readAuctions(
  db: DbOrTx,
  rows: readonly (typeof auctions.$inferSelect)[],
): Promise<AuctionView[]> {
  const ids = rows.map(({ auctionId }) => auctionId);
  if (ids.length === 0) return [];
  const [events, commits, legEvents, underWay] = await Promise.all([
    db
      .select()
      .from(auctionEvents)
      .where(inArray(auctionEvents.auctionId, ids))
      .orderBy(asc(auctionEvents.blockNumber), asc(auctionEvents.logIndex)),
    db.select().from(planCommits).where(inArray(planCommits.auctionId, ids)),
    readLegEvents(db, ids),
    db
      .selectDistinct({ auctionId: outbox.auctionId })
      .from(outbox)
      .where(
        and(
          inArray(outbox.auctionId, ids),
          eq(outbox.kind, 'settle'),
          eq(outbox.attempts, 0),
          inArray(outbox.state, [...liveStates]),
        ),
      ),
  ]);
  const eventsOf = groupBy(events, ({ auctionId }) => auctionId);
  const commitsOf = groupBy(commits, ({ auctionId }) => auctionId);
  const legEventsOf = groupBy(legEvents, ({ auctionId }) => auctionId);
  const settling = new Set(underWay.map(({ auctionId }) => auctionId));
  return rows.map(({ auctionId: id, basket, debtToCover, deadlineSec }) => {
    const own = eventsOf.get(id) ?? [];
    return {
      auctionId: toAuctionId(id),
      basket: toBasketId(basket),
      opened: true,
      debtToCover,
      debtCovered: own.at(-1)?.debtCovered ?? 0n,
      deadlineSec,
      closed: own.some((event) => event.kind === 'closed'),
      legs: foldLegs(commitsOf.get(id) ?? [], legEventsOf.get(id) ?? []),
      settlementUnderWay: settling.has(id),
    };
  });
}

async function readLegEvents(db: DbOrTx, auctionIds: readonly string[]): Promise<LegEvent[]> {
  const rows = await db
    .select({ leg: legs, timestampSec: blocks.timestampSec })
    .from(legs)
    .innerJoin(blocks, and(eq(blocks.chainId, legs.chainId), eq(blocks.number, legs.blockNumber)))
    .where(inArray(legs.auctionId, [...auctionIds]))
    .orderBy(asc(legs.chainId), asc(legs.blockNumber), asc(legs.logIndex));
  return rows.map(({ leg, timestampSec }) => ({ ...leg, timestampSec }));
}

/** Pure: all legs that plans name or that arrived, each from its events in the order of the hub. */
export function foldLegs(
  commits: readonly (typeof planCommits.$inferSelect)[],
  events: readonly LegEvent[],
): LegView[] {
  const views = new Map<LegId, LegView>();
  for (const commit of commits) {
    const planHash = toPlanHash(commit.planHash);
    for (const { spoke } of parsePlan(commit.plan).legs) {
      const legId = legIdOf(planHash, spoke);
      views.set(legId, {
        ...unseenLeg(legId, spoke),
        callBySec: commit.callBySec,
        committed: commit.lapseReason === null,
      });
    }
  }
  for (const event of events) {
    const legId = toLegId(event.legId);
    const before = views.get(legId);
    const after = applyLegEvent(before, legId, event);
    if (after !== undefined) views.set(legId, after);
  }
  return [...views.values()];
}

function unseenLeg(legId: LegId, spoke: number): LegView {
  return {
    legId,
    spoke: toSpokeId(spoke),
    committed: false,
    callBySec: null,
    arrivedAtSec: null,
    expired: false,
    ended: false,
    record: null,
    due: [],
    dispatched: [],
  };
}

function applyLegEvent(before: LegView | undefined, legId: LegId, event: LegEvent): LegView | undefined {
  const data = event.data as Record<string, unknown>;
  if (event.kind === 'arrived') {
    const view = before ?? unseenLeg(legId, Number(data['spoke']));
    const record: LegRecord = { legId, message: String(data['message']), results: [], fee: 0n };
    return { ...view, arrivedAtSec: event.timestampSec, record };
  }
  if (before === undefined) return undefined;
  switch (event.kind) {
    case 'settled': {
      const record = { ...arrived(before), results: toResults(data['results']), fee: parseUint('fee', data['fee']) };
      const ended = data['ended'] === true;
      return { ...before, record, ended, due: ended ? ['settled'] : [] };
    }
    case 'released':
      return { ...before, ended: true, due: dueAfterRelease(arrived(before)) };
    case 'expired':
      return { ...before, expired: true };
    case 'dispatched':
      return {
        ...before,
        dispatched: [...before.dispatched, Number(data['kind']) === KIND_LEG_SETTLED ? 'settled' : 'refunded'],
      };
    case 'called':
    case 'recorded':
      return before;
  }
}

function arrived(leg: LegView): LegRecord {
  if (leg.record === null) throw new Error(`leg ${leg.legId} has a result and never arrived`);
  return leg.record;
}

/** What was used comes home as collateral, the rest as a refund. The hub has the last word (`collateralDue`, `refundDue`). */
function dueAfterRelease(record: LegRecord): ReceiptKind[] {
  const used = record.results.some((result) => result.used > 0n);
  return used ? ['settled', 'refunded'] : ['refunded'];
}

function toResults(value: unknown): FillResult[] {
  return (value as Record<string, unknown>[]).map((result) => ({
    used: parseUint('used', result['used']),
    collateral: parseUint('collateral', result['collateral']),
  }));
}
