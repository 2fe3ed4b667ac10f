import type { MarketStatistics, Statistics } from '@ala/shared/api/statistics';
import { inSnapshot, nowSec, type ApiContext } from '../context.js';
import { freshnessOf } from '../live/progress.js';
import { averagePremiumBps, figuresOf, type AuctionFigures } from './auctionFigures.js';
import { readAuctionRows, type AuctionRows } from './auctionRows.js';
import type { Terms } from './network.js';

/** The newest so many are added up; `sinceSec` of the answer says from when on. */
const MAX_AUCTIONS = 2_000;

export function readStatistics(context: ApiContext, terms: Terms, sinceSec: number): Promise<Statistics> {
  return inSnapshot(context, async (tx, progress) => {
    const rows = await readAuctionRows(tx, { openedFromSec: sinceSec, limit: MAX_AUCTIONS });
    const oldest = rows.at(-1);
    return {
      sinceSec: rows.length < MAX_AUCTIONS || oldest === undefined ? sinceSec : oldest.openedSec,
      ...freshnessOf(progress),
      markets: context.deployment.markets.map((market) =>
        marketStatistics(context, {
          marketId: market.id,
          basketId: market.basket,
          operatorFeeBps: terms.markets.get(market.id)?.operatorFeeBps ?? null,
          rows: rows.filter(({ auction }) => auction.marketId === market.id),
          nowSec: nowSec(),
        }),
      ),
    };
  });
}

interface MarketArgs {
  readonly marketId: number;
  readonly basketId: number;
  readonly operatorFeeBps: number | null;
  readonly rows: readonly AuctionRows[];
  readonly nowSec: number;
}

function marketStatistics({ deployment, settings }: ApiContext, args: MarketArgs): MarketStatistics {
  const { marketId, basketId, operatorFeeBps, rows } = args;
  const basket = deployment.baskets.find(({ id }) => id === basketId);
  const known = rows.map((row) => ({ row, figures: figuresOf(row) }));
  const over = known.filter(
    ({ row, figures }) =>
      figures.closedSec !== null || figures.coveredSec !== null || row.auction.deadlineSec < args.nowSec,
  );
  const toCover = sum(over.map(({ row }) => row.auction.debtToCover));
  const fills = known.flatMap(({ figures }) => figures.fills);
  return {
    marketId,
    basket: basketId,
    auctions: rows.length,
    covered: known.filter(({ figures }) => figures.coveredSec !== null).length,
    debtToCoverDebtUnits: sum(rows.map(({ auction }) => auction.debtToCover)).toString(),
    coveredDebtUnits: sum(known.map(({ figures }) => figures.covered)).toString(),
    coverageBps: toCover === 0n ? null : Number((sum(over.map(({ figures }) => figures.covered)) * 10_000n) / toCover),
    averagePremiumBps: basket === undefined ? null : averagePremiumBps(basket, fills),
    operatorFeeBps,
    fixedPenaltyBps: settings.fixedPenaltyBps[String(marketId)] ?? null,
    timeToRepay: timeToRepay(known),
  };
}

/** Pure: how long auctions took from their opening to full cover, by the hub's clock. */
export function timeToRepay(
  auctions: readonly {
    readonly row: Pick<AuctionRows, 'openedSec'>;
    readonly figures: Pick<AuctionFigures, 'coveredSec'>;
  }[],
): MarketStatistics['timeToRepay'] {
  const took = auctions
    .flatMap(({ row, figures }) => (figures.coveredSec === null ? [] : [figures.coveredSec - row.openedSec]))
    .sort((a, b) => a - b);
  // The nearest rank: a time that some auction did take.
  const rank = (share: number): number => took[Math.max(0, Math.ceil(share * took.length) - 1)] ?? 0;
  return took.length === 0 ? null : { medianSec: rank(0.5), p90Sec: rank(0.9), maxSec: rank(1) };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
