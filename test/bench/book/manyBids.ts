import type pg from 'pg';

export const BIDS = 1_000_000;
export const SPOKES = 32;
export const TIERS = 64;
/** Blocks that hold them. */
export const LAST_BLOCK = BIDS / 100;
/** When the last snapshot is taken: all bids but those of the last two hours are active. */
export const NOW_SEC = 1_700_000_000;
export const CHAIN_ID = 1;
const DAYS = 30;
const STATES_A_POOL = 16;

/** Which pools have them. */
export interface ManyBidsOf {
  readonly basket: number;
  readonly firstSpoke: number;
}

/** What a month of bids leaves in the tables that a round reads, and in that of the bids; put there by SQL, as reading them is measured elsewhere. */
export async function insertManyBids(client: pg.Client, { basket, firstSpoke }: ManyBidsOf): Promise<void> {
  const pool = (n: string) => `${n} % ${SPOKES} + ${firstSpoke}, ${basket}, ${n} / ${SPOKES} % ${TIERS}`;
  const position = `${CHAIN_ID}, 1 + n / 100, n % 100 * 2`;
  const atSec = `${NOW_SEC} + 7200 - (${BIDS} - n)::bigint * ${DAYS * 24} / ${BIDS} * 3600`;
  await client.query(
    `insert into bids (chain_id, block_number, log_index, spoke, basket, tier, bid_id, owner, amount, active_at_sec)
     select ${position}, ${pool('n')}, n, decode(lpad(to_hex(n % 5000), 40, '0'), 'hex'), 1000000 + n, ${atSec}
     from generate_series(0, ${BIDS - 1}) n`,
  );
  await client.query(
    `insert into pool_buckets (chain_id, block_number, log_index, spoke, basket, tier, kind, at_sec, amount)
     select ${CHAIN_ID}, 1 + n / 100, n % 100 * 2 + 1, ${pool('n')}, 'entry', ${atSec}, 1000000 + n
     from generate_series(0, ${BIDS - 1}) n`,
  );
  await client.query(
    `insert into pool_states (chain_id, block_number, log_index, spoke, basket, tier, assets, shares, calls, epoch, rolled_to_sec)
     select ${CHAIN_ID}, 1 + n / ${SPOKES * TIERS} * ${LAST_BLOCK / STATES_A_POOL}, 1000 + n % ${SPOKES * TIERS}, ${pool('n')},
       1000000000, 1000000000, 0, 0, ${NOW_SEC} - 3600 * (${STATES_A_POOL} - 1 - n / ${SPOKES * TIERS})
     from generate_series(0, ${SPOKES * TIERS * STATES_A_POOL - 1}) n`,
  );
  await client.query(
    `insert into in_flights (chain_id, block_number, log_index, spoke, basket, amount, max)
     select ${CHAIN_ID}, 1, 100000 + n, n + ${firstSpoke}, ${basket}, 0, 1e30
     from generate_series(0, ${SPOKES - 1}) n`,
  );
  await client.query('vacuum (analyze) bids, pool_buckets, pool_states');
}
