import { and, asc, desc, eq, gt, lt, lte, min, notExists, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { ChainId } from '@ala/shared/ids';
import type { Db } from '../db/client.js';
import { blocks, cursors, rawEvents } from '../db/chainTables.js';
import { describeError } from '../lib/errors.js';
import { pause } from '../lib/retry.js';

/** Snapshots, forks and what waits for a block look back some minutes; what an operator accepts of a fork below the final block, hours. */
const KEPT_SEC = 86_400;
const AT_ONCE = 10_000;
const EVERY_MS = 600_000;

export interface Pruned {
  /** Up to this block there is nothing more to drop; null if nothing was old enough. */
  readonly upTo: number | null;
  readonly dropped: number;
  readonly isAll: boolean;
}

/**
 * Drops headers that nothing looks at any more: final, a day older than the chain's newest, and without events, whose time is shown. The
 * oldest stays: a fork has an end among what is stored, however deep it is.
 * @param above Up to here it was done before; null: nothing was.
 * @param atOnce So many headers are looked at.
 */
export async function pruneHeaders(
  db: Db,
  chainId: ChainId,
  above: number | null,
  atOnce: number = AT_ONCE,
): Promise<Pruned> {
  const ofChain = eq(blocks.chainId, chainId);
  const keptFrom = await readKeptFrom(db, chainId);
  const from = above ?? (await readOldest(db, chainId));
  if (keptFrom === null || from === null) return { upTo: above, dropped: 0, isAll: true };
  const [last] = await db
    .select({ number: blocks.number })
    .from(blocks)
    .where(and(ofChain, gt(blocks.number, from), lt(blocks.number, keptFrom)))
    .orderBy(asc(blocks.number))
    .limit(1)
    .offset(atOnce - 1);
  const upTo = Math.max(from, last?.number ?? keptFrom - 1);
  const events = db
    .select({ number: rawEvents.blockNumber })
    .from(rawEvents)
    .where(and(eq(rawEvents.chainId, blocks.chainId), eq(rawEvents.blockNumber, blocks.number)));
  const { rowCount } = await db
    .delete(blocks)
    .where(and(ofChain, gt(blocks.number, from), lte(blocks.number, upTo), notExists(events)));
  return { upTo, dropped: rowCount ?? 0, isAll: last === undefined };
}

async function readOldest(db: Db, chainId: ChainId): Promise<number | null> {
  const [row] = await db
    .select({ number: min(blocks.number) })
    .from(blocks)
    .where(eq(blocks.chainId, chainId));
  return row?.number ?? null;
}

/** The first block that is kept, whatever it holds; null if nothing is final, or nothing old. */
async function readKeptFrom(db: Db, chainId: ChainId): Promise<number | null> {
  const ofChain = eq(blocks.chainId, chainId);
  const newestSec = db
    .select({ timestampSec: blocks.timestampSec })
    .from(blocks)
    .where(ofChain)
    .orderBy(desc(blocks.number))
    .limit(1);
  const [row] = await db
    .select({ old: blocks.number, final: cursors.finalBlock })
    .from(blocks)
    .innerJoin(cursors, eq(cursors.chainId, blocks.chainId))
    .where(and(ofChain, lt(blocks.timestampSec, sql`(${newestSec}) - ${KEPT_SEC}`)))
    .orderBy(desc(blocks.timestampSec), desc(blocks.number))
    .limit(1);
  return row === undefined || row.final === null ? null : Math.min(row.old, row.final);
}

export interface PruneRepeatedlyArgs {
  readonly db: Db;
  readonly chainIds: readonly ChainId[];
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Prunes all chains, again and again. What fails is tried again the next time. */
export async function pruneRepeatedly(args: PruneRepeatedlyArgs): Promise<void> {
  const { chainIds, log, signal } = args;
  const done = new Map<ChainId, number | null>();
  while (!signal.aborted) {
    try {
      for (const chainId of chainIds) done.set(chainId, await pruneChain(args, chainId, done.get(chainId) ?? null));
    } catch (error) {
      log.warn({ cause: describeError(error) }, 'cannot drop old headers, trying again later');
    }
    await pause(EVERY_MS, signal);
  }
}

/** A part at a time: no statement takes long, however much there is. */
async function pruneChain(
  { db, signal }: PruneRepeatedlyArgs,
  chainId: ChainId,
  above: number | null,
): Promise<number | null> {
  let pruned: Pruned = { upTo: above, dropped: 0, isAll: false };
  while (!pruned.isAll && !signal.aborted) pruned = await pruneHeaders(db, chainId, pruned.upTo);
  return pruned.upTo;
}
