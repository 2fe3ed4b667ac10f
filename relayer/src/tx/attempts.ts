import { and, asc, eq, sql } from 'drizzle-orm';
import type { Address, ChainId, Hash } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { txAttempts } from '../db/ownTables.js';

/** A signed transaction of an outbox row. It is stored before it is sent, so it can be sent again as it is. */
export interface Attempt {
  readonly id: number;
  readonly hash: Hash;
  readonly raw: string;
}

/**
 * Attempts at one transaction whose fate is not known yet: the same call with the same nonce, each at higher fees than the one it
 * replaces. At most one of them is mined, and it may be any.
 */
export interface Lineage {
  readonly outboxId: number;
  readonly nonce: number;
  /** Oldest first; the newest is the one to send. */
  readonly attempts: readonly Attempt[];
  readonly newest: Attempt;
  /** Since the newest was stored. */
  readonly ageMs: number;
}

export interface NewAttempt {
  readonly outboxId: number;
  readonly chainId: ChainId;
  readonly sender: Address;
  readonly nonce: number;
  readonly hash: Hash;
  readonly raw: string;
  /** The attempt in whose place it is to be mined; null for the first of a lineage. */
  readonly replaces: number | null;
}

/** Whether a node on this database has ever signed a transaction. */
export async function hasAttempts(db: DbOrTx): Promise<boolean> {
  return (await db.select({ id: txAttempts.id }).from(txAttempts).limit(1)).length > 0;
}

/** Fails if the attempt that it replaces was replaced already, by a node that has taken over the lane. */
export async function storeAttempt(db: DbOrTx, attempt: NewAttempt): Promise<Attempt> {
  const again = await reopen(db, attempt);
  if (again !== null) return again;
  const [row] = await db.insert(txAttempts).values(attempt).returning({ id: txAttempts.id });
  if (row === undefined) throw new Error('insert returned no row');
  return { id: row.id, hash: attempt.hash, raw: attempt.raw };
}

/** Where fees stand still, what is signed after a reorg can be what the reorg has removed, byte for byte: the same attempt, begun anew. */
async function reopen(db: DbOrTx, { outboxId, chainId, hash, raw, replaces }: NewAttempt): Promise<Attempt | null> {
  const [row] = await db
    .update(txAttempts)
    .set({ outboxId, replaces, open: true, succeeded: null, minedBlock: null, createdAt: sql`now()` })
    .where(and(eq(txAttempts.chainId, chainId), eq(txAttempts.hash, hash), eq(txAttempts.open, false)))
    .returning({ id: txAttempts.id });
  if (row === undefined) return null;
  // It may have to be replaced once more.
  await db.update(txAttempts).set({ replaces: null }).where(eq(txAttempts.replaces, row.id));
  return { id: row.id, hash, raw };
}

/** The lineage whose fate is not known yet; a lane has at most one, for it sends one transaction after the other. */
export async function openLineage(db: DbOrTx, chainId: ChainId, sender: Address): Promise<Lineage | null> {
  const open = await db
    .select({
      id: txAttempts.id,
      outboxId: txAttempts.outboxId,
      nonce: txAttempts.nonce,
      hash: txAttempts.hash,
      raw: txAttempts.raw,
      ageMs: sql<string>`1000 * extract(epoch from now() - ${txAttempts.createdAt})`,
    })
    .from(txAttempts)
    .where(and(eq(txAttempts.chainId, chainId), eq(txAttempts.sender, sender), eq(txAttempts.open, true)))
    .orderBy(asc(txAttempts.nonce), asc(txAttempts.id));
  const first = open[0];
  if (first === undefined) return null;
  const { nonce, outboxId } = first;
  const rows = open.filter((row) => row.nonce === nonce);
  const attempts = rows.map(({ id, hash, raw }): Attempt => ({ id, hash: hash as Hash, raw }));
  const newest = attempts.at(-1) ?? { ...first, hash: first.hash as Hash };
  return { outboxId, nonce, attempts, newest, ageMs: Number(rows.at(-1)?.ageMs ?? 0) };
}

/** Closes a lineage; `mined` is the one of its attempts that a block has, null if none ever will be. */
export async function closeLineage(
  db: DbOrTx,
  { attempts }: Lineage,
  mined: { readonly id: number; readonly succeeded: boolean; readonly minedBlock: number } | null,
): Promise<void> {
  for (const { id } of attempts) {
    const outcome = mined !== null && mined.id === id ? mined : { succeeded: false, minedBlock: null };
    const { succeeded, minedBlock } = outcome;
    await db.update(txAttempts).set({ open: false, succeeded, minedBlock }).where(eq(txAttempts.id, id));
  }
}
