import type { MarketStatistics, Statistics } from '@ala/shared/api/statistics';
import { inSnapshot, nowSec, type ApiContext } from '../context.js';
import { freshnessOf } from '../live/progress.js';
import { averagePremiumBps } from './auctionFigures.js';
import { AuctionMemory } from './auctionMemory.js';
import type { AuctionSum } from './auctionSum.js';
import type { Terms } from './network.js';

/** The newest so many are added up; `sinceSec` of the answer says from when on. */
const MAX_AUCTIONS = 2_000;

/** Adds up the newest auctions. The first time they are read, page by page; whoever asks meanwhile waits for that. */
export class StatisticsReader {
  private readonly memory: AuctionMemory;

  constructor(
    private readonly context: ApiContext,
    private readonly maxAuctions = MAX_AUCTIONS,
  ) {
    this.memory = new AuctionMemory(context.deployment, maxAuctions);
  }

  read(terms: Terms, sinceSec: number): Promise<Statistics> {
    const { context, maxAuctions } = this;
    return this.memory.look((readSums) =>
      inSnapshot(context, async (tx, progress) => {
        const auctions = (await readSums(tx)).filter(({ openedSec }) => openedSec >= sinceSec);
        const oldest = auctions.at(-1);
        return {
          sinceSec: auctions.length < maxAuctions || oldest === undefined ? sinceSec : oldest.openedSec,
          ...freshnessOf(progress),
          markets: context.deployment.markets.map((market) =>
            marketStatistics(context, {
              marketId: market.id,
              basketId: market.basket,
              operatorFeeBps: terms.markets.get(market.id)?.operatorFeeBps ?? null,
              auctions: auctions.filter(({ marketId }) => marketId === market.id),
              nowSec: nowSec(),
            }),
          ),
        };
      }),
    );
  }
}

interface MarketArgs {
  readonly marketId: number;
  readonly basketId: number;
  readonly operatorFeeBps: number | null;
  readonly auctions: readonly AuctionSum[];
  readonly nowSec: number;
}

function marketStatistics({ deployment, settings }: ApiContext, args: MarketArgs): MarketStatistics {
  const { marketId, basketId, operatorFeeBps, auctions } = args;
  const basketKnown = deployment.baskets.some(({ id }) => id === basketId);
  const over = auctions.filter(
    ({ closedSec, coveredSec, deadlineSec }) => closedSec !== null || coveredSec !== null || deadlineSec < args.nowSec,
  );
  const toCover = sum(over, 'toCover');
  const premium = averagePremiumBps({ used: sum(auctions, 'used'), weighted: sum(auctions, 'weighted') });
  return {
    marketId,
    basket: basketId,
    auctions: auctions.length,
    covered: auctions.filter(({ coveredSec }) => coveredSec !== null).length,
    debtToCoverDebtUnits: sum(auctions, 'toCover').toString(),
    coveredDebtUnits: sum(auctions, 'covered').toString(),
    coverageBps: toCover === 0n ? null : Number((sum(over, 'covered') * 10_000n) / toCover),
    averagePremiumBps: basketKnown ? premium : null,
    operatorFeeBps,
    fixedPenaltyBps: settings.fixedPenaltyBps[String(marketId)] ?? null,
    timeToRepay: timeToRepay(auctions),
  };
}

/** Pure: how long auctions took from their opening to full cover, by the hub's clock. */
export function timeToRepay(
  auctions: readonly Pick<AuctionSum, 'openedSec' | 'coveredSec'>[],
): MarketStatistics['timeToRepay'] {
  const took = auctions
    .flatMap(({ openedSec, coveredSec }) => (coveredSec === null ? [] : [coveredSec - openedSec]))
    .sort((a, b) => a - b);
  // The nearest rank: a time that some auction did take.
  const rank = (share: number): number => took[Math.max(0, Math.ceil(share * took.length) - 1)] ?? 0;
  return took.length === 0 ? null : { medianSec: rank(0.5), p90Sec: rank(0.9), maxSec: rank(1) };
}

function sum(auctions: readonly AuctionSum[], key: 'toCover' | 'covered' | 'used' | 'weighted'): bigint {
  return auctions.reduce((total, auction) => total + auction[key], 0n);
}
