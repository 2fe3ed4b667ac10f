import type pg from 'pg';
import { legId, toPlanHash, toSpokeId } from '@ala/shared/ids';
import { encodeMessage, KIND_CAPITAL_DELIVERED } from '@ala/shared/messageCodec';
import { toAuctionId, toLegId } from '@ala/shared/ids';
import { CHAIN_ID, NOW_SEC } from '../book/manyBids.js';

export const AUCTIONS = 10_000;
/** Two legs each: of the first two spokes. */
const LEGS = 2;
/** Of the newest ones. */
const OPEN = 20;
/** Above all logs of bids in the same blocks. */
const FIRST_LOG = 1_000_000;
const DEBT = 1_000_000_000n;
const FILL = DEBT / BigInt(LEGS);
const LEG_KINDS = ['called', 'arrived', 'settled', 'dispatched'] as const;

export const auctionIdOf = (n: number): string => `0x${'a1'.repeat(28)}${n.toString(16).padStart(8, '0')}`;
const planHashOf = (n: number): string => `0x${'b2'.repeat(28)}${n.toString(16).padStart(8, '0')}`;

interface ManyAuctionsOf {
  readonly basket: number;
  readonly marketId: number;
  readonly firstSpoke: number;
  /** The hub's contract, whose events the rows are of. */
  readonly hub: string;
}

/** Auctions that were covered by one plan of two legs, one a block, put there by SQL as the follower would have. */
export async function insertManyAuctions(client: pg.Client, of: ManyAuctionsOf): Promise<void> {
  const numbers = Array.from({ length: AUCTIONS }, (_, n) => n);
  const auctions = numbers.map((n) => auctionIdOf(n).slice(2));
  const plans = numbers.map((n) => planHashOf(n).slice(2));
  const ids = `select n, decode(auction, 'hex') as auction_id, decode(plan, 'hex') as plan_hash
    from unnest($1::int[], $2::text[], $3::text[]) as given(n, auction, plan)`;
  const args = [numbers, auctions, plans];
  const at = (log: number) => `${CHAIN_ID}, 1 + n, ${FIRST_LOG + log}`;
  await client.query(
    `insert into auctions (chain_id, block_number, log_index, auction_id, market_id, basket, debt_to_cover, max_collateral, deadline_sec, finished_at)
     select ${at(0)}, auction_id, ${of.marketId}, ${of.basket}, ${DEBT}, 1e24, ${NOW_SEC}, case when n < ${AUCTIONS - 10 * OPEN} then to_timestamp(${NOW_SEC}) end
     from (${ids}) ids`,
    args,
  );
  await client.query(
    `insert into plan_commits (chain_id, block_number, log_index, plan_hash, prev_plan, basket, auction_id, call_by_sec, plan, snapshot)
     select ${at(1)}, plan_hash, plan_hash, ${of.basket}, auction_id, ${NOW_SEC},
       jsonb_set($4::jsonb, '{auctionId}', to_jsonb('0x' || encode(auction_id, 'hex'))), $5::jsonb
     from (${ids}) ids`,
    [...args, JSON.stringify(planOf(of)), JSON.stringify({ hubBlock: 1, hubTimestamp: 1, spokes: [] })],
  );
  for (let leg = 0; leg < LEGS; leg++) await insertLegs(client, of, leg);
  for (const [log, kind] of [
    [2 + LEGS * LEG_KINDS.length, 'settled'],
    [3 + LEGS * LEG_KINDS.length, 'closed'],
  ] as const) {
    await client.query(
      `insert into auction_events (chain_id, block_number, log_index, auction_id, kind, debt_covered)
       select ${at(log)}, auction_id, '${kind}', ${DEBT} from (${ids}) ids where n < ${AUCTIONS - OPEN}`,
      args,
    );
  }
  await insertEvents(client, of.hub);
  await client.query('vacuum (analyze) auctions, auction_events, plan_commits, legs, raw_events');
}

/** What happened to the same leg of each auction. */
async function insertLegs(client: pg.Client, { basket, firstSpoke }: ManyAuctionsOf, leg: number): Promise<void> {
  const spoke = toSpokeId(firstSpoke + leg);
  const numbers = Array.from({ length: AUCTIONS }, (_, n) => n);
  const message = encodeMessage({
    kind: KIND_CAPITAL_DELIVERED,
    legId: toLegId(`0x${'33'.repeat(32)}`),
    auctionId: toAuctionId(auctionIdOf(0)),
    basket,
    fills: [{ tier: leg, gen: 0, amount: FILL }],
  });
  const data = {
    called: { fills: [{ tier: leg, gen: 0, amount: String(FILL) }] },
    arrived: { spoke, message },
    settled: { results: [{ used: String(FILL), collateral: '500000000000000000' }], fee: '1', ended: true },
    dispatched: { kind: 2 },
  };
  for (const [index, kind] of LEG_KINDS.entries()) {
    await client.query(
      `insert into legs (chain_id, block_number, log_index, leg_id, auction_id, kind, data)
       select ${CHAIN_ID}, 1 + n, ${FIRST_LOG + 2 + leg * LEG_KINDS.length + index}, decode(leg, 'hex'), decode(auction, 'hex'), '${kind}', $4::jsonb
       from unnest($1::int[], $2::text[], $3::text[]) as given(n, auction, leg)`,
      [
        numbers,
        numbers.map((n) => auctionIdOf(n).slice(2)),
        numbers.map((n) => legId(toPlanHash(planHashOf(n)), spoke).slice(2)),
        JSON.stringify(data[kind]),
      ],
    );
  }
}

/** The events behind all rows of auctions, without their values: no answer shows them. */
async function insertEvents(client: pg.Client, hub: string): Promise<void> {
  const rows = [
    ["'AuctionOpened'", 'auctions'],
    ["'PlanCommitted'", 'plan_commits'],
    ['kind', 'auction_events'],
    ['kind', 'legs'],
  ] as const;
  for (const [name, table] of rows) {
    await client.query(
      `insert into raw_events (chain_id, block_number, log_index, block_hash, tx_hash, address, name, args)
       select chain_id, block_number, log_index, sha256(block_number::text::bytea), sha256(log_index::text::bytea),
         decode('${hub.slice(2)}', 'hex'), ${name}, '{}' from ${table}`,
    );
  }
}

function planOf({ basket, firstSpoke }: ManyAuctionsOf) {
  return {
    auctionId: auctionIdOf(0),
    round: 0,
    basket,
    prevPlan: `0x${'00'.repeat(32)}`,
    priceE36: String(2_000n * 10n ** 24n),
    snapshotHash: `0x${'00'.repeat(32)}`,
    callBy: NOW_SEC,
    operatorSetId: 1,
    legs: Array.from({ length: LEGS }, (_, leg) => ({
      spoke: firstSpoke + leg,
      fills: [{ tier: leg, amount: String(FILL) }],
    })),
  };
}
