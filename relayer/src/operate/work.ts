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
  readonly auctions: {
    readonly open: number;
    /** Closed on the hub, and watched for what may still come. */
    readonly closed: number;
    readonly finished: number;
  };
  /** Of all auctions of each market that are open no more or past their deadline, by market id; hub units of debt. */
  readonly coverage: ReadonlyMap<number, { readonly toCover: bigint; readonly covered: bigint }>;
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

/** Live effects and last blocks by their indexes; auctions are counted whole. */
export async function readWork(db: DbOrTx): Promise<Work> {
  const [effects, cursors, auctions, coverage] = await Promise.all([
    readLiveEffects(db),
    db.execute<{ chain_id: string; number: string; timestamp_sec: string; final_block: string | null }>(sql`
      select blocks.chain_id, blocks.number, blocks.timestamp_sec, cursors.final_block
      from cursors join blocks on blocks.chain_id = cursors.chain_id and blocks.number = cursors.next_block - 1`),
    db.execute<{ open: string; closed: string; finished: string }>(sql`
      select count(*) filter (where finished_at is null and not closed) as open,
             count(*) filter (where finished_at is null and closed) as closed, count(finished_at) as finished
      from (select finished_at, exists (select from auction_events where auction_events.auction_id = auctions.auction_id
                                        and auction_events.kind = 'closed') as closed from auctions) as auctions`),
    readCoverage(db),
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
    auctions: {
      open: Number(auctions.rows[0]?.open ?? 0),
      closed: Number(auctions.rows[0]?.closed ?? 0),
      finished: Number(auctions.rows[0]?.finished ?? 0),
    },
    coverage,
  };
}

/** Cover is cumulative: the greatest that any event of an auction shows. */
async function readCoverage(db: DbOrTx): Promise<Work['coverage']> {
  const { rows } = await db.execute<{ market_id: number; to_cover: string; covered: string }>(sql`
      select market_id, sum(debt_to_cover) as to_cover, sum(covered) as covered
      from (select market_id, debt_to_cover, deadline_sec, finished_at,
                   coalesce(max(debt_covered), 0) as covered, coalesce(bool_or(kind = 'closed'), false) as closed
            from auctions left join auction_events using (auction_id)
            group by auction_id, market_id, debt_to_cover, deadline_sec, finished_at) as auctions
      where closed or finished_at is not null or deadline_sec < extract(epoch from now())
      group by market_id`);
  return new Map(
    rows.map((row) => [row.market_id, { toCover: BigInt(row.to_cover), covered: BigInt(row.covered) }] as const),
  );
}
