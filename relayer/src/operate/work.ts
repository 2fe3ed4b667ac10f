import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../db/client.js';
import { liveStates } from '../dispatch/outboxState.js';

/** Effects of one kind on one chain that have not ended. */
export interface LiveEffects {
  readonly chainId: number;
  readonly kind: string;
  readonly state: (typeof liveStates)[number];
  readonly count: number;
  /** Since the oldest of them was written. */
  readonly oldestSec: number;
  /** Since the one that waits longest could have been taken up; 0 if all of them wait for a time to come. */
  readonly overdueSec: number;
}

/** What this database says of the work: the same for every node on it. */
export interface Work {
  readonly effects: readonly LiveEffects[];
  /** The last block of each chain that is in the database, by chain id. */
  readonly lastBlocks: ReadonlyMap<number, LastBlock>;
}

export interface LastBlock {
  readonly number: number;
  readonly timestampSec: number;
  /** The newest that is final; null if none is known to be. */
  readonly finalNumber: number | null;
}

/** By their index; one row a chain, kind and state. */
export async function readLiveEffects(db: DbOrTx): Promise<LiveEffects[]> {
  const live = sql.join(
    liveStates.map((state) => sql`${state}`),
    sql`, `,
  );
  const { rows } = await db.execute<{
    chain_id: string;
    kind: string;
    state: LiveEffects['state'];
    count: string;
    oldest: string;
    overdue: string;
  }>(sql`
      select chain_id, kind, state, count(*) as count,
             extract(epoch from now() - min(created_at)) as oldest,
             greatest(0, extract(epoch from now() - min(run_at))) as overdue
      from outbox where state in (${live}) group by chain_id, kind, state order by chain_id, kind, state`);
  return rows.map((row) => ({
    chainId: Number(row.chain_id),
    kind: row.kind,
    state: row.state,
    count: Number(row.count),
    oldestSec: Number(row.oldest),
    overdueSec: Number(row.overdue),
  }));
}

/** Live effects and last blocks by their indexes. */
export async function readWork(db: DbOrTx): Promise<Work> {
  const [effects, cursors] = await Promise.all([
    readLiveEffects(db),
    db.execute<{ chain_id: string; number: string; timestamp_sec: string; final_block: string | null }>(sql`
      select blocks.chain_id, blocks.number, blocks.timestamp_sec, cursors.final_block
      from cursors join blocks on blocks.chain_id = cursors.chain_id and blocks.number = cursors.next_block - 1`),
  ]);
  return {
    effects,
    lastBlocks: new Map(
      cursors.rows.map((row) => [
        Number(row.chain_id),
        {
          number: Number(row.number),
          timestampSec: Number(row.timestamp_sec),
          finalNumber: row.final_block === null ? null : Number(row.final_block),
        },
      ]),
    ),
  };
}
