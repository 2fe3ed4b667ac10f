import { drizzle } from 'drizzle-orm/node-postgres';
import { sha256, toUtf8Bytes } from 'ethers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import type { Deployment } from '@ala/shared/deployment';
import { toBasketId, toChainId, toHash } from '@ala/shared/ids';
import { readTerms } from '../api/read/network.js';
import { readCommittedPlans, readHead } from '../auction/planStore.js';
import { readActiveAuctions } from '../auction/readAuctions.js';
import { readCarriedMessages } from '../bridge/carriedMessages.js';
import { undoBlocks } from '../ingest/apply.js';
import { pruneHeaders } from '../ingest/pruneHeaders.js';
import * as chainTables from './chainTables.js';
import { openDatabase, type Database, type Db } from './client.js';
import * as ownTables from './ownTables.js';

/** A tenth of a busy year: so many rows that PostgreSQL reads a whole table only where no index would do. */
const AUCTIONS = 10_000;
const [HUB, SPOKE] = [toChainId(1), toChainId(2)];

const bytes32 = (text: string) => sha256(toUtf8Bytes(text));
const plan = JSON.stringify({
  auctionId: bytes32('a'),
  round: 0,
  basket: 1,
  prevPlan: bytes32('p'),
  priceE36: '1',
  snapshotHash: bytes32('s'),
  callBy: 1,
  operatorSetId: 1,
  legs: [1, 2, 3].map((spoke) => ({ spoke, fills: [0, 1, 2, 3].map((tier) => ({ tier, amount: '1000000' })) })),
});

const testDatabase = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
  await database.pool.query(`
    create function word(kind text, i bigint) returns bytea immutable language sql as
      $$ select sha256(convert_to(kind || i, 'utf8')) $$;
    insert into blocks (chain_id, number, hash, parent_hash, timestamp_sec)
      select chain, i, word('block', i), word('block', i - 1), 60 * i from generate_series(1, ${AUCTIONS}) i, unnest(array[1, 2]) chain;
    insert into cursors (chain_id, next_block, final_block) select chain, ${AUCTIONS} + 1, ${AUCTIONS} from unnest(array[1, 2]) chain;
    insert into auctions (chain_id, block_number, log_index, auction_id, market_id, basket, debt_to_cover, max_collateral, deadline_sec, finished_at)
      select 1, i, 0, word('auction', i), 1, 1 + i % 2, 1, 1, i, case when i < ${AUCTIONS} - 10 then now() end from generate_series(1, ${AUCTIONS}) i;
    insert into plan_commits (chain_id, block_number, log_index, plan_hash, prev_plan, basket, auction_id, call_by_sec, plan, snapshot)
      select 1, i, 1, word('plan', i), word('plan', i - 2), 1 + i % 2, word('auction', i), i, '${plan}', '{}'
      from generate_series(1, ${AUCTIONS}) i;
    insert into legs (chain_id, block_number, log_index, leg_id, auction_id, kind, data, open)
      select case when n < 3 then 2 else 1 end, i, 1 + n, word('leg', 2 * i + n % 2), word('auction', i),
        (array['called', 'called', 'arrived', 'arrived', 'settled', 'settled', 'dispatched'])[n], '{"spoke":1,"message":"0x${'ab'.repeat(200)}","results":[],"fee":"0","ended":true,"kind":2}',
        case when n in (3, 4) then i >= ${AUCTIONS} - 10 end
      from generate_series(1, ${AUCTIONS}) i, generate_series(1, 7) n;
    insert into raw_events (chain_id, block_number, log_index, block_hash, tx_hash, address, name, args)
      select 1, i, 1 + n, word('block', i), word('tx', i), '\\x01', (array['LegSettled', 'PlanCommitted', 'LegArrived'])[1 + n % 3], '{}'
      from generate_series(1, ${AUCTIONS}) i, generate_series(1, 10) n;
    insert into messages (chain_id, block_number, log_index, message_id, bridge, src_peer, dst_peer, token, amount, payload, tx_hash)
      select 2, i, n, word('message', 2 * i + n), 'layerzero', 1, 0, '\\x01', 1, '\\x01', word('tx', i)
      from generate_series(1, ${AUCTIONS}) i, generate_series(0, 1) n;
    insert into outbox (chain_id, key, kind, auction_id, payload, state, mined_block)
      select 1, 'carry:' || n || ':' || i, 'carry', word('auction', i),
        jsonb_build_object('kind', 'carry', 'messageId', '0x' || encode(word('message', 2 * i + n), 'hex')), 'done', i
      from generate_series(1, ${AUCTIONS}) i, generate_series(0, 1) n;
    insert into tx_attempts (outbox_id, chain_id, sender, nonce, hash, raw, open, succeeded, mined_block)
      select id, 1, '\\x01', id, word('attempt', id), '\\x01', false, true, mined_block from outbox`);
  await database.pool.query('vacuum analyze');
}, 60_000);
afterAll(() => database.close());

/** How PostgreSQL goes about the statements of an action. */
async function plansOf(action: (db: Db) => Promise<unknown>): Promise<string> {
  const statements: { readonly text: string; readonly values: unknown[] }[] = [];
  const logger = { logQuery: (text: string, values: unknown[]) => void statements.push({ text, values }) };
  await action(drizzle(database.pool, { schema: { ...chainTables, ...ownTables }, logger }));
  const explained = statements
    .filter(({ text }) => /^(select|update|delete)/.test(text))
    .map(async ({ text, values }) => {
      const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`, values);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
  return (await Promise.all(explained)).join('\n');
}

const deployment = { hub: { chain: 'hub', auctionHub: '0x01' }, chains: [{ name: 'hub', chainId: HUB }], spokes: [] };

it.each<[string, (db: Db) => Promise<unknown>]>([
  ['auctions that are not finished, and those that a reorg removed', (db) => readActiveAuctions(db)],
  ['plans that may still matter', (db) => readCommittedPlans(db, toBasketId(1), AUCTIONS, AUCTIONS + 1)],
  ['the newest plan of a basket', (db) => readHead(db, toBasketId(1))],
  ['terms', (db) => readTerms(db, deployment as unknown as Deployment)],
  ['one message', (db) => readCarriedMessages(db, { messageId: toHash(bytes32('message20')), limit: 1 })],
  ['what a fork takes back', (db) => undoBlocks(db, HUB, AUCTIONS)],
  ['what a fork of a spoke takes back', (db) => undoBlocks(db, SPOKE, AUCTIONS)],
  ['headers that nothing looks at', (db) => pruneHeaders(db, HUB, AUCTIONS / 2, 1_000)],
  ['headers that nothing looks at, from the oldest on', (db) => pruneHeaders(db, SPOKE, null, 1_000)],
])('reads by an index: %s', async (_, action) => {
  const plans = await plansOf(action);
  expect(plans).not.toMatch(/Seq Scan on (blocks|raw_events|auctions|plan_commits|legs|messages|outbox|tx_attempts)/);
  // All plans of a basket, for the newest one.
  expect(plans).not.toContain('Sort Key: block_number DESC');
});
