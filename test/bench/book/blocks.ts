import type pg from 'pg';
import { CHAIN_ID, LAST_BLOCK, SPOKES, TIERS } from './manyBids.js';

const SEC_A_BLOCK = 12;

/** Headers of all blocks that `insertManyBids` fills, the last of them as of now. */
export async function insertBlocks(client: pg.Client): Promise<void> {
  await client.query(
    `insert into blocks (chain_id, number, hash, parent_hash, timestamp_sec)
     select ${CHAIN_ID}, n, sha256(n::text::bytea), sha256((n - 1)::text::bytea),
       extract(epoch from now())::bigint - (${LAST_BLOCK} - n) * ${SEC_A_BLOCK}
     from generate_series(1, ${LAST_BLOCK}) n`,
  );
  await client.query(`insert into cursors (chain_id, next_block) values (${CHAIN_ID}, ${LAST_BLOCK + 1})`);
  await client.query('vacuum (analyze) blocks');
}

/** One more block, with deposits into every pool of one spoke, and the notification that the follower sends with it; answers its hash. */
export async function addBlock(client: pg.Client, basket: number, number: number): Promise<string> {
  await client.query('begin');
  const { rows } = await client.query<{ hash: Buffer }>(
    `insert into blocks (chain_id, number, hash, parent_hash, timestamp_sec)
     values ($1, $2::bigint, sha256($2::bigint::text::bytea), sha256(($2::bigint - 1)::text::bytea), extract(epoch from now())::bigint)
     returning hash`,
    [CHAIN_ID, number],
  );
  await client.query(
    `insert into pool_buckets (chain_id, block_number, log_index, spoke, basket, tier, kind, at_sec, amount)
     select $1, $2::bigint, n, 1 + $2::bigint % ${SPOKES}, $3, n, 'entry', (extract(epoch from now())::bigint / 3600 + 2) * 3600, 1000000 + $2::bigint
     from generate_series(0, ${TIERS - 1}) n`,
    [CHAIN_ID, number, basket],
  );
  await client.query(
    `insert into raw_events (chain_id, block_number, log_index, block_hash, tx_hash, address, name, args)
     select $1, $2::bigint, n, sha256($2::bigint::text::bytea), sha256(n::text::bytea), '\x5e', 'EntriesUpdated', '{}'
     from generate_series(0, ${TIERS - 1}) n`,
    [CHAIN_ID, number],
  );
  await client.query(`update cursors set next_block = $2::bigint + 1 where chain_id = $1`, [CHAIN_ID, number]);
  await client.query(`select pg_notify('ala', $1)`, [String(CHAIN_ID)]);
  await client.query('commit');
  return `0x${rows[0]?.hash.toString('hex') ?? ''}`;
}
