import { z } from 'zod';
import { freshness } from './chains.js';
import { bps, bpsText, count, seconds, uintText } from './scalars.js';

/** What the auctions of one market have come to. */
export const marketStatistics = z.object({
  marketId: count,
  basket: count,
  auctions: count,
  covered: count.describe('Auctions whose whole debt was repaid'),
  debtToCoverDebtUnits: uintText,
  coveredDebtUnits: uintText.describe('The volume'),
  coverageBps: bps.nullable().describe('Covered of what was to cover, over all that are closed or past their deadline'),
  averagePremiumBps: bpsText.nullable().describe('Weighted by amount'),
  operatorFeeBps: bps.nullable(),
  fixedPenaltyBps: bps.nullable().describe("The lending protocol's own penalty to hold it against, if it was named"),
  timeToRepay: z
    .object({ medianSec: seconds, p90Sec: seconds, maxSec: seconds })
    .nullable()
    .describe('From the opening to the settlement that covered all; null before the first'),
});

export const statistics = z.object({
  sinceSec: seconds.describe('Auctions that were opened from then on'),
  ...freshness,
  markets: z.array(marketStatistics),
});

export type MarketStatistics = z.infer<typeof marketStatistics>;
export type Statistics = z.infer<typeof statistics>;
