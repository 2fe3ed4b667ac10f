import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import type { AuctionDetail, AuctionsAnswer, TimelineStep, TransactionAnswer } from '@ala/shared/api/auctions';
import type { Tx } from '../../db/client.js';
import { blocks, legs, messages } from '../../db/chainTables.js';
import { outbox, plans, txAttempts } from '../../db/ownTables.js';
import { chainNameOf, inSnapshot, type ApiContext } from '../context.js';
import { pageOfRows, readCursor } from '../cursor.js';
import { freshnessOf } from '../live/progress.js';
import { notFound } from '../problems.js';
import { auctionAnswer, legAnswers } from './auctionFigures.js';
import { readAuctionRows, type AuctionFilter, type AuctionRows } from './auctionRows.js';
import { carryKey, readMessages } from './messages.js';
import { committedPlan, signedPlan } from './plans.js';

export interface AuctionsArgs extends Omit<AuctionFilter, 'before' | 'auctionId'> {
  readonly cursor?: string | undefined;
}

export function readAuctions(context: ApiContext, { cursor, limit, ...filter }: AuctionsArgs): Promise<AuctionsAnswer> {
  const [blockNumber, logIndex] = cursor === undefined ? [] : readCursor(cursor, ['bigint', 'integer']).map(Number);
  const before = blockNumber === undefined || logIndex === undefined ? undefined : { blockNumber, logIndex };
  return inSnapshot(context, async (tx, progress) => {
    const found = await readAuctionRows(tx, { ...filter, before, limit: limit + 1 });
    const { rows, nextCursor } = pageOfRows(found, limit, ({ auction }) => [auction.blockNumber, auction.logIndex]);
    return {
      ...freshnessOf(progress),
      items: rows.map((row) => auctionAnswer(context.deployment, row)),
      nextCursor,
    };
  });
}

/** @throws ApiProblem if no chain has shown it. */
export function readAuctionDetail(context: ApiContext, auctionId: string): Promise<AuctionDetail> {
  const { deployment } = context;
  return inSnapshot(context, async (tx, progress) => {
    const [rows] = await readAuctionRows(tx, { auctionIds: [auctionId], limit: 1 });
    if (rows === undefined) throw notFound('no chain has shown this auction: /v1/auctions lists those that are known');
    const auction = auctionAnswer(deployment, rows);
    const basket = deployment.baskets.find(({ id }) => id === auction.basket);
    const signed = await tx.select().from(plans).where(eq(plans.auctionId, auctionId)).orderBy(asc(plans.round));
    const committed = new Set(rows.commits.map(({ planHash }) => planHash));
    const legIds = [...new Set(legAnswers(rows, new Set()).map(({ legId }) => legId))];
    const ended = await readRecorded(tx, legIds);
    const sent = await readSent(tx, rows, legIds);
    return {
      ...auction,
      ...freshnessOf(progress),
      plans: [
        ...rows.commits.map((commit) => committedPlan(commit, basket)),
        ...signed.filter(({ planHash }) => !committed.has(planHash)).map((plan) => signedPlan(plan, basket)),
      ],
      legs: legAnswers(rows, ended),
      messages: await readMessages(
        tx,
        deployment,
        sent.map(({ messageId }) => messageId),
      ),
      transactions: await readTransactions(context, tx, auctionId, sent.map(carryKey)),
      timeline: await readTimeline(context, tx, auctionId, legIds),
    };
  });
}

/** Legs all of whose results have come home. */
async function readRecorded(tx: Tx, legIds: readonly string[]): Promise<Set<string>> {
  if (legIds.length === 0) return new Set();
  const recorded = await tx
    .select({ legId: legs.legId, fills: legs.data })
    .from(legs)
    .where(and(inArray(legs.legId, [...legIds]), inArray(legs.kind, ['called', 'recorded'])));
  const open = new Map<string, number>();
  const complete = new Map<string, number>();
  for (const { legId, fills: data } of recorded) {
    const { fills, complete: isComplete } = data as { fills?: readonly unknown[]; complete?: boolean };
    if (fills !== undefined) open.set(legId, fills.length);
    if (isComplete === true) complete.set(legId, (complete.get(legId) ?? 0) + 1);
  }
  return new Set([...open].filter(([legId, calls]) => (complete.get(legId) ?? 0) >= calls).map(([legId]) => legId));
}

/** The messages that the legs' events name. */
async function readSent(tx: Tx, { legEvents }: AuctionRows, legIds: readonly string[]) {
  const ids = new Set<string>();
  for (const { data, legId } of legEvents) {
    const { messageId } = data as { messageId?: unknown };
    if (typeof messageId === 'string' && legIds.includes(legId)) ids.add(messageId.toLowerCase());
  }
  return ids.size === 0
    ? []
    : tx
        .select()
        .from(messages)
        .where(inArray(messages.messageId, [...ids]));
}

async function readTransactions(
  { deployment }: ApiContext,
  tx: Tx,
  auctionId: string,
  carryKeys: readonly string[],
): Promise<TransactionAnswer[]> {
  const ofAuction = eq(outbox.auctionId, auctionId);
  const rows = await tx
    .select({ attempt: txAttempts, kind: outbox.kind })
    .from(txAttempts)
    .innerJoin(outbox, eq(outbox.id, txAttempts.outboxId))
    .where(carryKeys.length === 0 ? ofAuction : or(ofAuction, inArray(outbox.key, [...carryKeys])))
    .orderBy(asc(txAttempts.id));
  return rows.map(({ attempt: { chainId, hash, nonce, open, succeeded, minedBlock, createdAt }, kind }) => ({
    chain: chainNameOf(deployment, chainId),
    hash,
    nonce,
    effect: kind,
    fate: open ? 'open' : minedBlock === null ? 'dropped' : succeeded === true ? 'succeeded' : 'reverted',
    minedBlock,
    signedSec: Math.floor(createdAt.getTime() / 1_000),
  }));
}

/** Every event that says something of the auction or of one of its legs, by the chains' own times. */
async function readTimeline(
  { deployment }: ApiContext,
  tx: Tx,
  auctionId: string,
  legIds: readonly string[],
): Promise<TimelineStep[]> {
  const id = sql`decode(${auctionId.slice(2)}, 'hex')`;
  const ofLegs =
    legIds.length === 0
      ? sql`false`
      : sql`leg_id in (${sql.join(
          legIds.map((legId) => sql`decode(${legId.slice(2)}, 'hex')`),
          sql`, `,
        )})`;
  const { rows } = await tx.execute<{
    chain_id: string;
    block_number: string;
    tx_hash: Buffer;
    name: string;
    leg_id: Buffer | null;
    timestamp_sec: string;
  }>(sql`
    select raw_events.chain_id, raw_events.block_number, raw_events.tx_hash, raw_events.name, found.leg_id, ${blocks.timestampSec} as timestamp_sec
    from (
      select chain_id, block_number, log_index, null::bytea as leg_id from auctions where auction_id = ${id}
      union all select chain_id, block_number, log_index, null from auction_events where auction_id = ${id}
      union all select chain_id, block_number, log_index, null from plan_commits where auction_id = ${id}
      union all select chain_id, block_number, log_index, leg_id from legs where auction_id = ${id} or ${ofLegs}
    ) as found
    join raw_events using (chain_id, block_number, log_index)
    join ${blocks} on ${blocks.chainId} = raw_events.chain_id and ${blocks.number} = raw_events.block_number
    order by ${blocks.timestampSec}, raw_events.chain_id, raw_events.block_number, raw_events.log_index`);
  return rows.map((row) => ({
    at: {
      chain: chainNameOf(deployment, Number(row.chain_id)),
      blockNumber: Number(row.block_number),
      txHash: hexOf(row.tx_hash),
      timestampSec: Number(row.timestamp_sec),
    },
    event: row.name,
    legId: row.leg_id === null ? null : hexOf(row.leg_id),
  }));
}

function hexOf(bytes: Buffer): string {
  return `0x${bytes.toString('hex')}`;
}
