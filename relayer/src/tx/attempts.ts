import { and, asc, eq } from 'drizzle-orm';
import type { Address, ChainId, Hash } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { txAttempts } from '../db/schema.js';

/** A signed transaction of an outbox row. It is stored before it is sent, so it can be sent again as it is. */
export interface Attempt {
  readonly id: number;
  readonly outboxId: number;
  readonly nonce: number;
  readonly hash: Hash;
  readonly raw: string;
}

export interface NewAttempt {
  readonly outboxId: number;
  readonly chainId: ChainId;
  readonly sender: Address;
  readonly nonce: number;
  readonly hash: Hash;
  readonly raw: string;
}

export async function storeAttempt(db: DbOrTx, attempt: NewAttempt): Promise<Attempt> {
  const [row] = await db.insert(txAttempts).values(attempt).returning({ id: txAttempts.id });
  if (row === undefined) throw new Error('insert returned no row');
  return { ...attempt, id: row.id };
}

/** The attempt whose fate is not known yet; a lane has at most one, for it sends one transaction after the other. */
export async function openAttempt(db: DbOrTx, chainId: ChainId, sender: Address): Promise<Attempt | null> {
  const [row] = await db
    .select()
    .from(txAttempts)
    .where(and(eq(txAttempts.chainId, chainId), eq(txAttempts.sender, sender), eq(txAttempts.open, true)))
    .orderBy(asc(txAttempts.nonce))
    .limit(1);
  if (row === undefined) return null;
  return { id: row.id, outboxId: row.outboxId, nonce: row.nonce, hash: row.hash as Hash, raw: row.raw };
}

/** Closes an attempt: mined with or without success, or (`minedBlock` null) never to be mined. */
export async function closeAttempt(
  db: DbOrTx,
  id: number,
  outcome: { readonly succeeded: boolean; readonly minedBlock: number | null },
): Promise<void> {
  await db
    .update(txAttempts)
    .set({ open: false, ...outcome })
    .where(eq(txAttempts.id, id));
}
