import type { Deployment } from '@ala/shared/deployment';
import { figuresOf, usedDebt, type UsedDebt } from './auctionFigures.js';
import type { AuctionRows } from './auctionRows.js';

/** What one auction adds to what all come to; hub units of debt. */
export interface AuctionSum extends UsedDebt {
  readonly auctionId: string;
  readonly marketId: number;
  /** Where it was opened. */
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly openedSec: number;
  readonly deadlineSec: number;
  readonly closedSec: number | null;
  readonly coveredSec: number | null;
  readonly toCover: bigint;
  readonly covered: bigint;
  /** By chain id, the highest block that has shown something of it. */
  readonly seenUpTo: ReadonlyMap<number, number>;
}

/** Pure: from its rows. */
export function auctionSum({ baskets }: Deployment, rows: AuctionRows): AuctionSum {
  const { auction, openedSec, events, commits, legEvents } = rows;
  const { closedSec, coveredSec, covered, fills } = figuresOf(rows);
  const basket = baskets.find(({ id }) => id === auction.basket);
  const seenUpTo = new Map<number, number>();
  for (const { chainId, blockNumber } of [auction, ...events, ...commits, ...legEvents]) {
    seenUpTo.set(chainId, Math.max(blockNumber, seenUpTo.get(chainId) ?? 0));
  }
  return {
    auctionId: auction.auctionId,
    marketId: auction.marketId,
    blockNumber: auction.blockNumber,
    logIndex: auction.logIndex,
    openedSec,
    deadlineSec: auction.deadlineSec,
    closedSec,
    coveredSec,
    toCover: auction.debtToCover,
    covered,
    ...(basket === undefined ? { used: 0n, weighted: 0n } : usedDebt(basket, fills)),
    seenUpTo,
  };
}
