import type pg from 'pg';
import { openDatabase, type Database } from '@ala/relayer/db/client';
import { spokeAt } from '@ala/relayer/book/pools';
import { clear } from '@ala/shared/clear';
import { clearingInput } from '@ala/shared/clearingInput';
import { toAuctionId, toBasketId, toSpokeId } from '@ala/shared/ids';
import type { Bench } from '../benchTools.js';
import { withClient } from '../database.js';
import { atMost, percentile, type Figure } from '../figures.js';
import { BIDS, insertManyBids, LAST_BLOCK, NOW_SEC, SPOKES, TIERS } from './manyBids.js';

const BASKET = 1;
const RUNS = 50;
const PEER_RUNS = 3;
const WARM_UP = 5;
const SPOKE_IDS = Array.from({ length: SPOKES }, (_, index) => index + 1);

/** What of a round depends on the size of the book: reading all pools as of a block from PostgreSQL, and clearing. */
export async function benchBook({ server, say }: Bench): Promise<Figure[]> {
  const url = await server.create('book', { migrated: true });
  await withClient(url, (client) => insertManyBids(client, { basket: BASKET, firstSpoke: 1 }));
  say(`  ${BIDS} bids are in the database`);
  const database = openDatabase({ url, onIdleError: () => undefined });
  try {
    const ala = await times(() => readAndClear(database), RUNS);
    const peer = await times(() => readAllByDistinctOn(database.pool), PEER_RUNS);
    const note = `${BIDS.toLocaleString('en')} bids of a month in ${SPOKES * TIERS} pools; of a round without the chain: reading, clearingInput and clear; ${RUNS} runs; the peer only reads, by one \`distinct on\` a spoke`;
    const common = { unit: 'ms', peerName: 'distinct on', note };
    const at = (share: number) => ({ ala: percentile(ala, share), peer: percentile(peer, share) });
    return [
      { ...common, what: 'book read and cleared, p50', ...at(0.5), target: atMost(20) },
      { ...common, what: 'book read and cleared, p99', ...at(0.99), target: atMost(100) },
    ];
  } finally {
    await database.close();
  }
}

async function times(work: () => Promise<unknown>, runs: number): Promise<number[]> {
  for (let run = 0; run < Math.min(WARM_UP, runs); run++) await work();
  const all: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAtMs = performance.now();
    await work();
    all.push(performance.now() - startedAtMs);
  }
  return all;
}

/** As `clearRound` does it. */
async function readAndClear({ db }: Database): Promise<void> {
  const spokes = await Promise.all(
    SPOKE_IDS.map(async (id) => {
      const spoke = toSpokeId(id);
      return { spoke, timestampSec: NOW_SEC, ...(await spokeAt(db, toBasketId(BASKET), spoke, LAST_BLOCK)) };
    }),
  );
  const { fills } = clear(
    clearingInput({
      auctionId: toAuctionId(`0x${'0a'.repeat(32)}`),
      ladder: { tierStepBps: 50, tierCount: TIERS },
      callBy: NOW_SEC + 60,
      hub: {
        marketId: 1,
        debtLeft: 60_000_000_000n,
        collateralLeft: 10n ** 30n,
        inFlightLeft: 10n ** 30n,
        priceE36: 2_000n * 10n ** 24n,
        operatorFeeBps: 10,
        maxPremiumBps: 1_500,
        unit: 1n,
        minLeg: 1n,
      },
      spokes,
      earlierPlans: [],
    }),
  );
  if (fills.length === 0) throw new Error('the book filled nothing');
}

/** How the same rows are found without looking each of them up. */
async function readAllByDistinctOn(pool: pg.Pool): Promise<void> {
  const where = 'where basket = $1 and spoke = $2 and block_number <= $3';
  const newest = 'block_number desc, log_index desc';
  await Promise.all(
    SPOKE_IDS.flatMap((spoke) => [
      pool.query(`select distinct on (tier) * from pool_states ${where} order by tier, ${newest}`, [
        BASKET,
        spoke,
        LAST_BLOCK,
      ]),
      pool.query(
        `select distinct on (tier, kind, at_sec) * from pool_buckets ${where} order by tier, kind, at_sec, ${newest}`,
        [BASKET, spoke, LAST_BLOCK],
      ),
    ]),
  );
}
