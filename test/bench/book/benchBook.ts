import { createHash } from 'node:crypto';
import type pg from 'pg';
import { openDatabase, type Database } from '@ala/relayer/db/client';
import { SnapshotBook } from '@ala/relayer/book/snapshotBook';
import { clear } from '@ala/shared/clear';
import { clearingInput } from '@ala/shared/clearingInput';
import { toAuctionId, toBasketId, toChainId, toSpokeId } from '@ala/shared/ids';
import type { Bench } from '../benchTools.js';
import { withClient } from '../database.js';
import { atMost, percentile, type Figure } from '../figures.js';
import { addBlock, insertBlocks } from './blocks.js';
import { BIDS, CHAIN_ID, insertManyBids, LAST_BLOCK, NOW_SEC, SPOKES, TIERS } from './manyBids.js';

const BASKET = 1;
const RUNS = 200;
const ANEW_RUNS = 20;
const PEER_RUNS = 3;
const WARM_UP = 5;
const SPOKE_IDS = Array.from({ length: SPOKES }, (_, index) => index + 1);

/** What of a round depends on the size of the book: the pools as of a new block, by what is known of an earlier one or from PostgreSQL alone, and clearing. */
export async function benchBook({ server, say }: Bench): Promise<Figure[]> {
  const url = await server.create('book', { migrated: true });
  await withClient(url, async (client) => {
    await insertManyBids(client, { basket: BASKET, firstSpoke: 1 });
    await insertBlocks(client);
  });
  say(`  ${BIDS} bids are in the database`);
  const database = openDatabase({ url, onIdleError: () => undefined });
  try {
    const ala = await withClient(url, (client) => onward(database, client));
    const anew = await times(() => readAndClear(database, newBook(), LAST_BLOCK), ANEW_RUNS);
    const peer = await times(() => readAllByDistinctOn(database.pool), PEER_RUNS);
    const pools = `${BIDS.toLocaleString('en')} bids of a month in ${SPOKES * TIERS} pools; of a round without the chain: reading, clearingInput and clear`;
    const note = `${pools}; ${RUNS} runs, each on a block with ${TIERS} more deposits; the peer only reads, by one \`distinct on\` a spoke`;
    const common = { unit: 'ms', peerName: 'distinct on', note };
    const at = (share: number) => ({ ala: percentile(ala, share), peer: percentile(peer, share) });
    return [
      { ...common, what: 'book read and cleared, p50', ...at(0.5), target: atMost(20) },
      { ...common, what: 'book read and cleared, p99', ...at(0.99), target: atMost(100) },
      {
        ...common,
        what: 'the same by a node that has just started, p50',
        ala: percentile(anew, 0.5),
        peer: null,
        peerName: '',
        target: null,
        note: `${pools}; ${ANEW_RUNS} runs`,
      },
    ];
  } finally {
    await database.close();
  }
}

async function times(work: () => Promise<unknown>, runs: number): Promise<number[]> {
  for (let run = 0; run < Math.min(WARM_UP, runs); run++) await work();
  const all: number[] = [];
  for (let run = 0; run < runs; run++) all.push(await timeOf(work));
  return all;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

/** Rounds of one node; what a block writes is not counted. */
async function onward(database: Database, client: pg.Client): Promise<number[]> {
  const book = newBook();
  const all: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const number = LAST_BLOCK + 1 + run;
    await addBlock(client, BASKET, number);
    const took = await timeOf(() => readAndClear(database, book, number));
    if (run >= WARM_UP) all.push(took);
  }
  return all;
}

const newBook = (): SnapshotBook =>
  new SnapshotBook([toBasketId(BASKET)], new Map(SPOKE_IDS.map((id) => [toSpokeId(id), toChainId(CHAIN_ID)])));

/** As `clearRound` does it. */
async function readAndClear({ db }: Database, book: SnapshotBook, number: number): Promise<void> {
  const hash = `0x${createHash('sha256').update(String(number)).digest('hex')}`;
  const sides = await book.at(db, toBasketId(BASKET), [{ chainId: toChainId(CHAIN_ID), number, hash }]);
  const spokes = [...(sides ?? [])].map(([spoke, side]) => ({ spoke, timestampSec: NOW_SEC, ...side }));
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
