import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { BlockId } from '../chain/header.js';
import type { Address, AuctionId, ChainId } from '@ala/shared/ids';
import { AlaError } from '@ala/shared/errors';
import type { DbOrTx, Tx } from '../db/client.js';
import { announce } from '../db/announce.js';
import { outbox, txAttempts } from '../db/ownTables.js';
import { groupBy } from '../lib/groupBy.js';
import { toJson } from '../lib/json.js';
import { intentKey, type Intent, type IntentKind, type PlacedIntent } from './intent.js';
import { canMove, liveStates, type OutboxState } from './outboxState.js';
import { intentKinds, parseIntent } from './parseIntent.js';

/** An intent as stored. */
export interface OutboxRow {
  readonly id: number;
  readonly chainId: ChainId;
  /** Null if it is not known here. */
  readonly auctionId: AuctionId | null;
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
  return announced(tx, rows);
}

/**
 * As `enqueue`, and takes up again what had become of no use: what it stands on is (again) on its chain. Rows are locked until the caller's
 * transaction ends, also those that stay as they are: whoever looks at one under `lockRow` sees what was written beside it.
 */
export async function enqueueAgain(tx: DbOrTx, intents: readonly PlacedIntent[]): Promise<string[]> {
  if (intents.length === 0) return [];
  const rows = await tx
    .insert(outbox)
    .values(intents.map(toRow))
    .onConflictDoUpdate({
      target: outbox.key,
      set: { state: 'pending', runAt: sql`now()`, minedBlock: null, minedHash: null, updatedAt: sql`now()` },
      setWhere: eq(outbox.state, 'obsolete'),
    })
    .returning({ key: outbox.key });
  return announced(tx, rows);
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
  return announced(tx, rows);
}

/** Tells of rows that were written, if any were; returns their keys. */
async function announced(tx: DbOrTx, rows: readonly { readonly key: string }[]): Promise<string[]> {
  if (rows.length > 0) await announce(tx, { topic: 'effects' });
  return rows.map(({ key }) => key);
}

function toRow({ chainId, auctionId, intent }: PlacedIntent): typeof outbox.$inferInsert {
  return { chainId, auctionId, key: intentKey(intent), kind: intent.kind, payload: toJson(intent) };
}

/** Which rows of a chain a lane takes up. */
export interface LaneShare {
  readonly chainId: ChainId;
  /** This node's signers: every row belongs to one of their lanes, by its id. */
  readonly senders: readonly Address[];
  /** Which of them this lane's is. */
  readonly lane: number;
}

export interface DueArgs {
  readonly limit: number;
  /** A nonce is free below all that is under way, after a reorg: what takes it comes before them, so none of them is waited for. */
  readonly fillsHole?: boolean;
}

/** How long a row waits for its own lane before any lane of the chain takes it: that one's signer may be unable to send. */
const OWN_LANE_MS = 30_000;

/** Of these one at a time may be under way for an auction: each stands on what the one before has left. */
const oneAtATime: readonly IntentKind[] = ['commit', 'settle', 'release', 'expire', 'close'];

/**
 * The rows that a lane takes up next, at most `limit`: what was signed once and is not known to be sent first, then what has waited
 * longest since it was due, so that rows that fail again and again hold nobody up. None of them has a transaction under way; one of a
 * signer that this node has no more is not waited for.
 */
export async function dueRows(
  db: DbOrTx,
  share: LaneShare,
  { limit, fillsHole = false }: DueArgs,
): Promise<OutboxRow[]> {
  const underWay = sql`open and ${inArray(txAttempts.sender, [...share.senders])}`;
  const rows = await db
    .select()
    .from(outbox)
    .where(
      and(
        eq(outbox.chainId, share.chainId),
        inArray(outbox.state, [...liveStates]),
        // What a newer node has written is left to it.
        inArray(outbox.kind, [...intentKinds]),
        lte(outbox.runAt, sql`now()`),
        sql`(${outbox.id} % ${share.senders.length} = ${share.lane} or ${outbox.runAt} < now() - ${OWN_LANE_MS} * interval '1 millisecond')`,
        sql`not exists (select from tx_attempts where outbox_id = ${outbox.id} and ${underWay})`,
        fillsHole
          ? undefined
          : sql`not (${inArray(outbox.kind, [...oneAtATime])} and exists (
          select from outbox other join tx_attempts on outbox_id = other.id and ${underWay}
          where other.auction_id = ${outbox.auctionId} and other.chain_id = ${outbox.chainId}
            and ${inArray(sql`other.kind`, [...oneAtATime])}))`,
      ),
    )
    .orderBy(sql`${outbox.state} = 'pending'`, asc(outbox.runAt), asc(outbox.id))
    .limit(limit);
  const taken = new Set<string>();
  return rows
    .filter(({ kind, auctionId }) => {
      if (auctionId === null || !(oneAtATime as readonly string[]).includes(kind)) return true;
      if (taken.has(auctionId)) return false;
      taken.add(auctionId);
      return true;
    })
    .map(toOutboxRow);
}

function toOutboxRow({
  id,
  chainId,
  auctionId,
  key,
  state,
  attempts,
  lastError,
  payload,
}: typeof outbox.$inferSelect): OutboxRow {
  return {
    id,
    chainId: chainId as ChainId,
    auctionId: auctionId as AuctionId | null,
    key,
    state,
    attempts,
    lastError,
    intent: parseIntent(payload),
  };
}

export interface OutboxChange {
  readonly to: OutboxState;
  readonly attempts?: number;
  readonly lastError?: string | null;
  readonly runInMs?: number;
  /** The block that showed it; null forgets it. */
  readonly seenIn?: BlockId | null;
}

/** What one row is moved by; several are moved together. */
export type RowInState = Pick<OutboxRow, 'id' | 'state'>;

/** The row is not in the state any more that it was seen in: another lane or node has taken it up. */
export class RowMovedError extends AlaError {}

/** Until the transaction ends nobody else changes the row, and what others had written with it is seen by later statements. */
export async function lockRow(tx: Tx, { id }: Pick<OutboxRow, 'id'>): Promise<void> {
  await tx.select({ id: outbox.id }).from(outbox).where(eq(outbox.id, id)).for('update');
}

/**
 * Moves a row to another state.
 * @throws RowMovedError if the row is not in the state it is said to be in, AlaError if the move does not exist.
 */
export async function moveRow(db: DbOrTx, row: RowInState, change: OutboxChange): Promise<void> {
  await moveRows(db, [row], change);
}

/**
 * Moves rows to one state, in one statement for each state that they are in.
 * @throws RowMovedError if one of them is not in the state it is said to be in; call it in a transaction if none is to move then.
 */
export async function moveRows(db: DbOrTx, rows: readonly RowInState[], change: OutboxChange): Promise<void> {
  await moveWith(db, rows, change.to, columnsOf(change));
}

/** What one row is moved to `mined` by. */
export interface MinedRow extends RowInState {
  readonly minedIn: BlockId;
}

/**
 * Moves rows to `mined`, each with the block that has its transaction: in as many statements, however many blocks there are.
 * @throws RowMovedError as `moveRows`.
 */
export async function moveRowsMined(db: DbOrTx, rows: readonly MinedRow[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const at = sql`array_position(${sql.param(ids)}::bigint[], ${outbox.id})`;
  const numbers = rows.map(({ minedIn }) => minedIn.number);
  const hashes = rows.map(({ minedIn }) => Buffer.from(minedIn.hash.slice(2), 'hex'));
  await moveWith(db, rows, 'mined', {
    ...columnsOf({ to: 'mined' }),
    minedBlock: sql`(${sql.param(numbers)}::bigint[])[${at}]`,
    minedHash: sql`(${sql.param(hashes)}::bytea[])[${at}]`,
  });
}

async function moveWith(
  db: DbOrTx,
  rows: readonly RowInState[],
  to: OutboxState,
  columns: PgUpdateSetSource<typeof outbox>,
): Promise<void> {
  for (const [state, inState] of groupBy(rows, (row) => row.state)) {
    const ids = inState.map(({ id }) => id);
    if (!canMove(state, to)) throw new AlaError(`outbox row ${ids.join(', ')}: no way from ${state} to ${to}`);
    const moved = await db
      .update(outbox)
      .set(columns)
      .where(and(inArray(outbox.id, ids), eq(outbox.state, state)))
      .returning({ id: outbox.id });
    if (moved.length === ids.length) continue;
    const stayed = ids.filter((id) => !moved.some((row) => row.id === id));
    throw new RowMovedError(`outbox row ${stayed.join(', ')} is no longer ${state}`);
  }
  if (rows.length > 0) await announce(db, { topic: 'effects' });
}

function columnsOf(change: OutboxChange) {
  return {
    state: change.to,
    updatedAt: sql`now()`,
    ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
    ...(change.lastError === undefined ? {} : { lastError: change.lastError }),
    ...(change.runInMs === undefined ? {} : { runAt: sql`now() + ${change.runInMs} * interval '1 millisecond'` }),
    ...(change.seenIn === undefined
      ? {}
      : { minedBlock: change.seenIn?.number ?? null, minedHash: change.seenIn?.hash ?? null }),
  };
}

export interface Progress {
  readonly state: OutboxState;
  /** So often it was refused or could not be asked for. */
  readonly attempts: number;
}

/** How far these effects are, by their keys; without those that there is no row of. */
export async function readProgress(db: DbOrTx, keys: readonly string[]): Promise<ReadonlyMap<string, Progress>> {
  const { key, state, attempts } = outbox;
  const rows = await db
    .select({ key, state, attempts })
    .from(outbox)
    .where(inArray(key, [...keys]));
  return new Map(rows.map((row) => [row.key, row]));
}

/** State of the row with this key, or null. */
export async function stateOf(db: DbOrTx, key: string): Promise<OutboxState | null> {
  return (await readProgress(db, [key])).get(key)?.state ?? null;
}
