import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { AlaError } from '@ala/shared/errors';
import type { Address, AuctionId, ChainId, Hash } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { insertingOf, rowsOf } from '../db/insertNew.js';
import { outbox, txAttempts } from '../db/ownTables.js';
import type { OutboxState } from '../dispatch/outboxState.js';

/** A signed transaction of an outbox row. It is stored before it is sent, so it can be sent again as it is. */
export interface Attempt {
  readonly id: number;
  readonly hash: Hash;
  readonly raw: string;
}

/** The outbox row that a transaction is to bring about. */
export interface SignedRow {
  readonly id: number;
  readonly key: string;
  readonly auctionId: AuctionId | null;
  readonly attempts: number;
  readonly state: OutboxState;
}

/**
 * Attempts at one transaction whose fate is not known yet: the same call with the same nonce, each at higher fees than the one it
 * replaces. At most one of them is mined, and it may be any.
 */
export interface Lineage {
  readonly row: SignedRow;
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

/** What became of a lineage: which of its attempts a block has; null if none ever will be mined. */
export interface EndedLineage {
  readonly lineage: Pick<Lineage, 'attempts'>;
  readonly mined: { readonly id: number; readonly succeeded: boolean; readonly minedBlock: number } | null;
}

/** Whether a node on this database has ever signed a transaction. */
export async function hasAttempts(db: DbOrTx): Promise<boolean> {
  return (await db.select({ id: txAttempts.id }).from(txAttempts).limit(1)).length > 0;
}

/** Whether a transaction of this row that one of the senders has signed may still be mined. */
export async function hasOpenAttempt(db: DbOrTx, outboxId: number, senders: readonly Address[]): Promise<boolean> {
  const open = and(
    eq(txAttempts.outboxId, outboxId),
    eq(txAttempts.open, true),
    inArray(txAttempts.sender, [...senders]),
  );
  return (await db.select({ id: txAttempts.id }).from(txAttempts).where(open).limit(1)).length > 0;
}

/**
 * In the order given. A call that a reorg has undone may be signed to the very same bytes again, with the same nonce and fees: its
 * attempt is opened again. Fails if an attempt that is to be replaced was replaced already, by a node that has taken over the lane.
 */
export async function storeAttempts(db: DbOrTx, attempts: readonly NewAttempt[]): Promise<Attempt[]> {
  const { rows } = await db.execute<{ readonly id: string; readonly hash: Buffer }>(
    sql`${insertingOf(rowsOf(txAttempts, attempts))}
      on conflict (chain_id, hash) do update
        set open = true, succeeded = null, mined_block = null, replaces = excluded.replaces, created_at = now()
        where not ${txAttempts.open} and ${txAttempts.outboxId} = excluded.outbox_id
      returning id, hash`,
  );
  const ids = new Map(rows.map(({ id, hash }) => [`0x${hash.toString('hex')}`, Number(id)]));
  // One that is opened again may have to be replaced once more.
  await db
    .update(txAttempts)
    .set({ replaces: null })
    .where(inArray(txAttempts.replaces, [...ids.values()]));
  return attempts.map(({ hash, raw }) => {
    const id = ids.get(hash);
    if (id === undefined) throw new AlaError(`transaction ${hash} is under way already`);
    return { id, hash, raw };
  });
}

/**
 * The lineages of a lane whose fate is not known yet, in the order of their nonces. After a reorg there may be two of one row, and two of
 * one nonce that different rows had.
 */
export async function openLineages(db: DbOrTx, chainId: ChainId, sender: Address): Promise<Lineage[]> {
  const open = await db
    .select({
      id: txAttempts.id,
      nonce: txAttempts.nonce,
      hash: txAttempts.hash,
      raw: txAttempts.raw,
      ageMs: sql<string>`1000 * extract(epoch from now() - ${txAttempts.createdAt})`,
      row: {
        id: outbox.id,
        key: outbox.key,
        auctionId: outbox.auctionId,
        attempts: outbox.attempts,
        state: outbox.state,
      },
    })
    .from(txAttempts)
    .innerJoin(outbox, eq(outbox.id, txAttempts.outboxId))
    .where(and(eq(txAttempts.chainId, chainId), eq(txAttempts.sender, sender), eq(txAttempts.open, true)))
    .orderBy(asc(txAttempts.nonce), asc(txAttempts.id));
  const lineages = new Map<string, Lineage>();
  for (const { id, nonce, hash, raw, ageMs, row } of open) {
    const newest: Attempt = { id, hash: hash as Hash, raw };
    const name = `${nonce} ${row.id}`;
    const attempts = [...(lineages.get(name)?.attempts ?? []), newest];
    const auctionId = row.auctionId as AuctionId | null;
    lineages.set(name, { row: { ...row, auctionId }, nonce, attempts, newest, ageMs: Number(ageMs) });
  }
  return [...lineages.values()];
}

/** Closes lineages, in one statement: each of their attempts is known to be mined, or to be none that ever will. */
export async function closeLineages(db: DbOrTx, ended: readonly EndedLineage[]): Promise<void> {
  const outcomes = ended.flatMap(({ lineage, mined }) =>
    lineage.attempts.map(({ id }) => (id === mined?.id ? mined : { id, succeeded: false, minedBlock: null })),
  );
  if (outcomes.length === 0) return;
  const at = sql`array_position(${sql.param(outcomes.map(({ id }) => id))}::bigint[], ${txAttempts.id})`;
  await db
    .update(txAttempts)
    .set({
      open: false,
      succeeded: sql`(${sql.param(outcomes.map(({ succeeded }) => succeeded))}::boolean[])[${at}]`,
      minedBlock: sql`(${sql.param(outcomes.map(({ minedBlock }) => minedBlock))}::bigint[])[${at}]`,
    })
    .where(
      inArray(
        txAttempts.id,
        outcomes.map(({ id }) => id),
      ),
    );
}
