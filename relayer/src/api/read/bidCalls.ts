import { and, asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { BidCall, BidCallsAnswer } from '@ala/shared/api/lp';
import { KIND_LEG_SETTLED } from '@ala/shared/messageCodec';
import { sharesOf, type PoolNow } from '../../book/bids.js';
import type { Tx } from '../../db/client.js';
import { blocks, legs, poolStates, rawEvents } from '../../db/chainTables.js';
import { isLogOf } from '../../db/isLogOf.js';
import { chainNameOf, inSnapshot, type ApiContext } from '../context.js';
import { pageOfRows } from '../cursor.js';
import { freshnessOf } from '../live/progress.js';
import { afterBid, type BidsArgs } from './bids.js';
import { readBidRows, type BidRow } from './bidRows.js';

const whole = z.coerce.number().int().min(0);
const calledData = z.object({
  basket: whole,
  fills: z.array(z.object({ tier: whole, gen: whole, amount: z.coerce.bigint() })),
});
const recordedData = z.object({
  tier: whole,
  gen: whole,
  kind: whole,
  token: z.string(),
  amount: z.string(),
  complete: z.boolean(),
});

/** A call that drew on a pool, and the pool's shares when it did; null where the call ended the epoch. */
interface PoolCall {
  readonly gen: number;
  readonly drawn: bigint;
  readonly legId: string;
  readonly auctionId: string | null;
  readonly blockNumber: number;
  readonly txHash: string;
  readonly timestampSec: number;
}

/** The calls that took a part of each bid on the page; a page is of bids, of which some have none. */
export async function readBidCalls(
  context: ApiContext,
  { cursor, limit, ...filter }: BidsArgs,
): Promise<BidCallsAnswer> {
  return inSnapshot(context, async (tx, progress) => {
    const found = await readBidRows(tx, { ...filter, after: afterBid(cursor), limit: limit + 1 });
    const { rows, nextCursor } = pageOfRows(found, limit, ({ spoke, bidId }) => [spoke, bidId.toString()]);
    const items: BidCall[] = [];
    for (const row of rows) items.push(...(await callsOf(context, tx, row)));
    return { ...freshnessOf(progress), items, nextCursor };
  });
}

/**
 * The numbers of the calls that took a part of a bid and whose results were not complete within `timeoutSec`: anyone may have had the pool
 * go on without them.
 */
export async function readLateGens(context: ApiContext, tx: Tx, row: BidRow, timeoutSec: number): Promise<number[]> {
  const late: number[] = [];
  for (const call of (await poolCallsOf(context, tx, row))?.calls ?? []) {
    const dueSec = call.timestampSec + timeoutSec;
    if (dueSec > context.feed.nowSec()) continue;
    const results = await readResults(tx, row, call);
    if (!results.some(({ complete, timestampSec }) => complete && timestampSec < dueSec)) late.push(call.gen);
  }
  return late;
}

/** Null for a bid that was never active. */
async function poolCallsOf(context: ApiContext, tx: Tx, row: BidRow) {
  const pool: PoolNow | undefined = context.feed.poolOf(row.basket, row.spoke, row.tier, context.feed.nowSec());
  const held = sharesOf(row, pool);
  const startGen = row.startGen ?? row.rolledStartGen;
  if (held === null || startGen === null) return null;
  const states = await readStates(tx, row);
  const end = endOf(states, row, held.epoch, await splitGen(tx, row));
  const calls = (await readCalls(tx, row)).filter(
    ({ gen, timestampSec }) =>
      gen >= startGen && gen < end && !(row.exitAtSec !== null && timestampSec >= row.exitAtSec),
  );
  return { held, states, calls };
}

async function callsOf(context: ApiContext, tx: Tx, row: BidRow): Promise<BidCall[]> {
  const found = await poolCallsOf(context, tx, row);
  if (found === null) return [];
  const { held, states, calls } = found;
  return Promise.all(
    calls.map(async (call): Promise<BidCall> => {
      const results = await readResults(tx, row, call);
      const chain = chainNameOf(context.deployment, row.chainId);
      const { blockNumber, txHash, timestampSec } = call;
      const shares = states.find(({ calls }) => calls === call.gen + 1)?.shares ?? 0n;
      return {
        spoke: row.spoke,
        bidId: row.bidId.toString(),
        basket: row.basket,
        tier: row.tier,
        gen: call.gen,
        legId: call.legId,
        auctionId: call.auctionId,
        drawnDebtUnits: call.drawn.toString(),
        partDebtUnits: shares === 0n ? null : ((call.drawn * held.shares) / shares).toString(),
        complete: results.some(({ complete }) => complete),
        called: { chain, blockNumber, txHash, timestampSec },
        results: results.map(({ kind, token, amount }) => ({
          kind: kind === KIND_LEG_SETTLED ? 'collateral' : 'refund',
          token,
          amountTokenUnits: amount,
        })),
      };
    }),
  );
}

/** Number of calls, shares and epoch of the bid's pool after each change, the oldest first. */
function readStates(tx: Tx, { chainId, basket, spoke, tier }: BidRow) {
  const { calls, shares, epoch, blockNumber, logIndex } = poolStates;
  return tx
    .select({ calls, shares, epoch })
    .from(poolStates)
    .where(
      and(
        eq(poolStates.chainId, chainId),
        eq(poolStates.basket, basket),
        eq(poolStates.spoke, spoke),
        eq(poolStates.tier, tier),
      ),
    )
    .orderBy(asc(blockNumber), asc(logIndex));
}

/** The first call that the bid has no part in: past its epoch's end, or from its split on. */
function endOf(
  states: readonly { readonly calls: number; readonly epoch: number }[],
  { closed, kind }: BidRow,
  epoch: number,
  split: number | null,
): number {
  const nextEpoch = states.find((state) => state.epoch > epoch)?.calls ?? Infinity;
  return closed && kind !== 'exiting' && split !== null ? Math.min(nextEpoch, split) : nextEpoch;
}

/** Where a bid that was split ends: its two parts begin there. */
async function splitGen(tx: Tx, { chainId, spoke, bidId, closed, kind }: BidRow): Promise<number | null> {
  if (!closed || kind === 'exiting') return null;
  const { rows } = await tx.execute<{ start_gen: string | null }>(sql`
    select min(parts.start_gen) as start_gen from bid_closures join bids as parts using (chain_id, block_number, log_index)
    where bid_closures.chain_id = ${chainId} and bid_closures.spoke = ${spoke} and bid_closures.bid_id = ${bidId.toString()}::numeric`);
  const found = rows[0]?.start_gen ?? null;
  return found === null ? null : Number(found);
}

async function readCalls(tx: Tx, { chainId, basket, tier, blockNumber }: BidRow): Promise<PoolCall[]> {
  const rows = await tx
    .select({
      legId: legs.legId,
      auctionId: legs.auctionId,
      data: legs.data,
      blockNumber: legs.blockNumber,
      txHash: rawEvents.txHash,
      timestampSec: blocks.timestampSec,
    })
    .from(legs)
    .innerJoin(rawEvents, isLogOf(legs))
    .innerJoin(blocks, and(eq(blocks.chainId, legs.chainId), eq(blocks.number, legs.blockNumber)))
    .where(and(eq(legs.chainId, chainId), eq(legs.kind, 'called'), sql`${legs.blockNumber} >= ${blockNumber}`))
    .orderBy(asc(legs.blockNumber), asc(legs.logIndex));
  return rows.flatMap(({ data, ...call }) => {
    const { basket: of, fills } = calledData.parse(data);
    const fill = fills.find((candidate) => candidate.tier === tier);
    return of !== basket || fill === undefined ? [] : [{ ...call, gen: fill.gen, drawn: fill.amount }];
  });
}

async function readResults(tx: Tx, { chainId, tier }: BidRow, { legId, gen }: PoolCall) {
  const rows = await tx
    .select({ data: legs.data, timestampSec: blocks.timestampSec })
    .from(legs)
    .innerJoin(blocks, and(eq(blocks.chainId, legs.chainId), eq(blocks.number, legs.blockNumber)))
    .where(and(eq(legs.legId, legId), eq(legs.chainId, chainId), eq(legs.kind, 'recorded')))
    .orderBy(asc(legs.blockNumber), asc(legs.logIndex));
  return rows
    .map(({ data, timestampSec }) => ({ ...recordedData.parse(data), timestampSec }))
    .filter((result) => result.tier === tier && result.gen === gen);
}
