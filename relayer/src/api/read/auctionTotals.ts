import type { Deployment } from '@ala/shared/deployment';
import type { Db } from '../../db/client.js';
import type { AuctionTotals, MarketTotals } from '../../operate/auctionTotals.js';
import { figuresOf, premiumOf } from './auctionFigures.js';
import { readAuctionRows, type AuctionRows } from './auctionRows.js';

/** So many auctions are folded before anybody else gets a turn. */
const PAGE = 100;
/** One that was finished a little before may be seen a little after, and the database's clock is another one. */
const OVERLAP_MS = 60_000;
/** A reorg deeper than a day takes finished auctions away, and nothing tells of it. */
const ANEW_AFTER_MS = 3_600_000;

/** What one auction adds; hub units of debt. */
interface Share {
  readonly marketId: number;
  readonly state: keyof AuctionTotals['states'];
  readonly deadlineSec: number;
  readonly toCover: bigint;
  readonly covered: bigint;
  readonly used: bigint;
  /** Basis points times what was used. */
  readonly weighted: bigint;
}

/** Adds up all auctions, and reads again only those that can have changed: the ones that are not finished, or have become so. */
export class AuctionTotalsReader {
  private readonly shares = new Map<string, Share>();
  private readAtMs = -Infinity;
  private readAllAtMs = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly db: Db,
    private readonly deployment: Deployment,
  ) {}

  /** The first time all auctions are read, page by page; whoever asks meanwhile waits for the same. */
  async read(nowMs: number): Promise<AuctionTotals> {
    this.reading ??= this.catchUp(nowMs).finally(() => (this.reading = null));
    await this.reading;
    return addUp([...this.shares.values()], nowMs / 1_000);
  }

  private async catchUp(nowMs: number): Promise<void> {
    const anew = nowMs - this.readAllAtMs > ANEW_AFTER_MS;
    const notFinishedBefore = new Date(anew ? 0 : this.readAtMs - OVERLAP_MS);
    const found = new Map<string, Share>();
    for (let before: { blockNumber: number; logIndex: number } | undefined; ;) {
      const rows = await readAuctionRows(this.db, { notFinishedBefore, before, limit: PAGE });
      for (const row of rows) found.set(row.auction.auctionId, shareOf(this.deployment, row));
      before = rows.at(-1)?.auction;
      if (rows.length < PAGE) break;
    }
    // What was not finished and is not found any more, a reorg has taken.
    for (const [auctionId, { state }] of this.shares) {
      if (anew || state !== 'finished') this.shares.delete(auctionId);
    }
    for (const [auctionId, share] of found) this.shares.set(auctionId, share);
    this.readAtMs = nowMs;
    if (anew) this.readAllAtMs = nowMs;
  }
}

function shareOf({ baskets }: Deployment, rows: AuctionRows): Share {
  const { auction, events } = rows;
  const { closedSec, fills } = figuresOf(rows);
  const basket = baskets.find(({ id }) => id === auction.basket);
  return {
    marketId: auction.marketId,
    state: auction.finishedAt !== null ? 'finished' : closedSec !== null ? 'closed' : 'open',
    deadlineSec: auction.deadlineSec,
    toCover: auction.debtToCover,
    // Cover is cumulative.
    covered: events.reduce((most, { debtCovered }) => (debtCovered > most ? debtCovered : most), 0n),
    ...(basket === undefined ? { used: 0n, weighted: 0n } : premiumOf(basket, fills)),
  };
}

/** Pure: an open auction with time left may still be covered, and does not count as one that was not. */
function addUp(shares: readonly Share[], nowSec: number): AuctionTotals {
  const states = { open: 0, closed: 0, finished: 0 };
  const sums = new Map<number, { toCover: bigint; covered: bigint; used: bigint; weighted: bigint }>();
  for (const { marketId, state, deadlineSec, ...share } of shares) {
    states[state] += 1;
    const sum = sums.get(marketId) ?? { toCover: 0n, covered: 0n, used: 0n, weighted: 0n };
    sums.set(marketId, sum);
    sum.used += share.used;
    sum.weighted += share.weighted;
    if (state === 'open' && deadlineSec >= nowSec) continue;
    sum.toCover += share.toCover;
    sum.covered += share.covered;
  }
  const markets = [...sums].map(([marketId, { weighted, ...sum }]): [number, MarketTotals] => [
    marketId,
    { ...sum, premiumBps: sum.used === 0n ? null : Number((weighted * 10_000n) / sum.used) / 10_000 },
  ]);
  return { states, markets: new Map(markets) };
}
