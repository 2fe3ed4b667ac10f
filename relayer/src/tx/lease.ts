import { and, eq, sql } from 'drizzle-orm';
import type pg from 'pg';
import { AlaError } from '@ala/shared/errors';
import type { ChainId } from '@ala/shared/ids';
import type { Tx } from '../db/client.js';
import { leases } from '../db/ownTables.js';

/** The right to sign for a lane until it expires; of all terms of a name only the newest is good. */
export interface Lease {
  readonly name: string;
  /** Counts the holders; what is written under an older term is refused. */
  readonly term: bigint;
}

/** The lease of one signer's lane on one chain. */
export function leaseName(chainId: ChainId, signer: string): string {
  return `lane:${chainId}:${signer.toLowerCase()}`;
}

/** Another node may have taken the lane: nothing of what this one was about to write was written. */
export class LeaseLostError extends AlaError {
  constructor({ name, term }: Lease, options?: ErrorOptions) {
    super(
      `the lease ${name} is not held any more (term ${term}): another node sends, or the database was out of reach`,
      options,
    );
  }
}

/**
 * Takes the lease if it is free: nobody has had it, its holder's session has ended (a node that died), or it has expired (a
 * node that stands still, with its session open). The database's clock alone decides.
 *
 * @param session Kept open as long as the lease is to be held.
 * @returns null if another session holds it.
 */
export async function takeLease(session: pg.Client, name: string, ttlMs: number): Promise<Lease | null> {
  const { rows } = await session.query<{ term: string }>(
    `insert into leases as held (name, term, session_pid, session_started, expires_at)
     select $1, 1, pid, backend_start, clock_timestamp() + $2 * interval '1 ms'
     from pg_stat_activity where pid = pg_backend_pid()
     on conflict (name) do update set term = held.term + 1, session_pid = excluded.session_pid,
       session_started = excluded.session_started, expires_at = clock_timestamp() + $2 * interval '1 ms'
     where held.expires_at <= clock_timestamp() or not exists (
       select from pg_stat_activity where pid = held.session_pid and backend_start = held.session_started)
     returning term`,
    [name, ttlMs],
  );
  return rows[0] === undefined ? null : { name, term: BigInt(rows[0].term) };
}

/** @returns false if the lease has expired or was taken: it cannot be renewed then, only taken again. */
export async function renewLease(session: pg.Client, { name, term }: Lease, ttlMs: number): Promise<boolean> {
  const { rowCount } = await session.query(
    `update leases set expires_at = clock_timestamp() + $3 * interval '1 ms'
     where name = $1 and term = $2 and expires_at > clock_timestamp()`,
    [name, term, ttlMs],
  );
  return rowCount === 1;
}

/**
 * Keeps the lease from being taken until the transaction ends. Called in every transaction that stores something to be sent: a
 * node that was paused and goes on finds out here, however late.
 *
 * @throws LeaseLostError if it is not held any more.
 */
export async function fence(tx: Tx, lease: Lease): Promise<void> {
  const held = await tx
    .select({ term: leases.term })
    .from(leases)
    .where(and(eq(leases.name, lease.name), eq(leases.term, lease.term), sql`${leases.expiresAt} > clock_timestamp()`))
    .for('share');
  if (held.length === 0) throw new LeaseLostError(lease);
}
