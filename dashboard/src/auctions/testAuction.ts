import type { AuctionAnswer, AuctionDetail, LegAnswer, PlanAnswer, TimelineStep } from '@ala/shared/api/auctions';

export const AUCTION: AuctionAnswer = {
  auctionId: '0xa',
  marketId: 1,
  basket: 1,
  state: 'closed',
  debtToCoverDebtUnits: '100',
  coveredDebtUnits: '100',
  maxCollateralUnits: '9',
  collateralOutUnits: '5',
  opened: { chain: 'hub', blockNumber: 1, txHash: '0x01', timestampSec: 1_000 },
  deadlineSec: 2_000,
  coveredSec: 1_004,
  closedSec: 1_005,
  rounds: 2,
  averagePremiumBps: '150.0000',
};

const leg = (legId: string, spoke: number, drawn: string): LegAnswer => ({
  legId,
  planHash: null,
  spoke,
  state: 'recorded',
  drawnDebtUnits: drawn,
  usedDebtUnits: '30',
  collateralUnits: '3',
  feeCollateralUnits: '0',
});

const plan = (round: number, amount: string): PlanAnswer => ({
  planHash: `0x${round}`,
  prevPlan: '0x',
  round,
  state: 'committed',
  lapseReason: null,
  priceE36: '1',
  callBySec: 1_060,
  snapshot: { hubBlock: 1, hubTimestampSec: 1_000, spokes: [] },
  legs: [{ legId: `leg${round}`, spoke: 1, amountDebtUnits: amount, fills: [] }],
});

/** One thing that a chain showed: [seconds after the opening, chain, event, leg, transaction]. */
export type Shown = readonly [number, string, string, string | null, string];

export function detailOf(shown: readonly Shown[]): AuctionDetail {
  return {
    ...AUCTION,
    asOf: [],
    behind: false,
    plans: [plan(1, '25'), plan(0, '75')],
    legs: [leg('leg0', 1, '75'), leg('leg1', 2, '25')],
    messages: [],
    transactions: [],
    timeline: shown.map(([sec, chain, event, legId, txHash]): TimelineStep => ({
      at: { chain, blockNumber: 1, txHash, timestampSec: AUCTION.opened.timestampSec + sec },
      event,
      legId,
    })),
  };
}
