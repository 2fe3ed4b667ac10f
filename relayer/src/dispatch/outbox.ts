import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { BlockId } from '../chain/header.js';
import type { ChainId } from '@ala/shared/ids';
import { AlaError } from '@ala/shared/errors';
import type { DbOrTx } from '../db/client.js';
import { announce } from '../db/announce.js';
import { outbox } from '../db/ownTables.js';
import { toJson } from '../lib/json.js';
import { intentKey, type Intent, type PlacedIntent } from './intent.js';
import { canMove, liveStates, type OutboxState } from './outboxState.js';
import { intentKinds, parseIntent } from './parseIntent.js';

/** An intent as stored. */
export interface OutboxRow {
  readonly id: number;
  readonly chainId: ChainId;
  readonly key: string;
  readonly intent: Intent;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** Writes the intents that are not there yet, in the caller's transaction; returns the keys of the new ones. */
export async function enqueue(tx: DbOrTx, intents: readonly PlacedIntent[]): Promise<string[]> {
  if (intents.length === 0) return [];
  const rows = await tx.insert(outbox).values(intents.map(toRow)).onConflictDoNothing().returning({ key: outbox.key });
  if (rows.length > 0) await announce(tx, { topic: 'effects' });
  return rows.map((row) => row.key);
}

/**
 * Writes what the events of a chain up to block `readUpTo` say is due. A row that had ended by that block is taken up again,
 * each time a little later: its effect is not there after all (a reorg, or a node that answered with old state).
 */
export async function enqueueDue(tx: DbOrTx, intents: readonly PlacedIntent[], readUpTo: number): Promise<string[]> {
  if (intents.length === 0) return [];
  const rows = await tx
    .insert(outbox)
    .values(intents.map(toRow))
    .onConflictDoUpdate({
      target: outbox.key,
      set: {
        state: 'pending',
        attempts: sql`${outbox.attempts} + 1`,
        runAt: sql`now() + least(15, 0.25 * 2 ^ least(${outbox.attempts}, 6)) * interval '1 second'`,
        minedBlock: null,
        minedHash: null,
        updatedAt: sql`now()`,
      },
      setWhere: sql`${outbox.state} in ('done', 'obsolete') and ${outbox.minedBlock} <= ${readUpTo}`,
    })
    .returning({ key: outbox.key });
  if (rows.length > 0) await announce(tx, { topic: 'effects' });
  return rows.map((row) => row.key);
}

function toRow({ chainId, auctionId, intent }: PlacedIntent): typeof outbox.$inferInsert {
  return { chainId, auctionId, key: intentKey(intent), kind: intent.kind, payload: toJson(intent) };
}

/**
 * The row that a lane takes up next: what has a transaction under way first, then what has waited longest since it was due, so
 * that rows that fail again and again hold nobody up.
 */
export async function nextDue(db: DbOrTx, chainId: ChainId): Promise<OutboxRow | null> {
  const [row] = await db
    .select()
    .from(outbox)
    .where(
      and(
        eq(outbox.chainId, chainId),
        inArray(outbox.state, [...liveStates]),
        // What a newer node has written is left to it.
        inArray(outbox.kind, [...intentKinds]),
        lte(outbox.runAt, sql`now()`),
      ),
    )
    .orderBy(sql`${outbox.state} = 'pending'`, asc(outbox.runAt), asc(outbox.id))
    .limit(1);
  if (row === undefined) return null;
  const { id, key, state, attempts, lastError } = row;
  return { id, chainId, key, state, attempts, lastError, intent: parseIntent(row.payload) };
}

export interface OutboxChange {
  readonly to: OutboxState;
  readonly attempts?: number;
  readonly lastError?: string | null;
  readonly runInMs?: number;
  /** The block that showed it; null forgets it. */
  readonly seenIn?: BlockId | null;
}

/**
 * Moves a row to another state.
 * @throws AlaError if the row is not in the state it is said to be in, or the move does not exist.
 */
export async function moveRow(
  db: DbOrTx,
  row: { id: number; state: OutboxState },
  change: OutboxChange,
): Promise<void> {
  if (!canMove(row.state, change.to))
    throw new AlaError(`outbox row ${row.id}: no way from ${row.state} to ${change.to}`);
  const moved = await db
    .update(outbox)
    .set({
      state: change.to,
      updatedAt: sql`now()`,
      ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
      ...(change.lastError === undefined ? {} : { lastError: change.lastError }),
      ...(change.runInMs === undefined ? {} : { runAt: sql`now() + ${change.runInMs} * interval '1 millisecond'` }),
      ...(change.seenIn === undefined
        ? {}
        : { minedBlock: change.seenIn?.number ?? null, minedHash: change.seenIn?.hash ?? null }),
    })
    .where(and(eq(outbox.id, row.id), eq(outbox.state, row.state)))
    .returning({ id: outbox.id });
  if (moved.length === 0) throw new AlaError(`outbox row ${row.id} is no longer ${row.state}`);
  await announce(db, { topic: 'effects' });
}

/** State of the row with this key, or null. */
export async function stateOf(db: DbOrTx, key: string): Promise<OutboxState | null> {
  const [row] = await db.select({ state: outbox.state }).from(outbox).where(eq(outbox.key, key));
  return row?.state ?? null;
}
