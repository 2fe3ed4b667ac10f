/** What the devnet's basket and its two markets are created with. Durations in seconds: the devnet has no day to wait for. */
export interface AlaTerms {
  readonly basket: number;
  readonly tierStepBps: number;
  readonly tierCount: number;
  /** Debt units; the debt token has 6 decimals, which every route carries whole. */
  readonly unit: bigint;
  readonly minBid: bigint;
  readonly minLeg: bigint;
  readonly callWindowSec: number;
  readonly maxSnapshotAgeSec: number;
  readonly settleWindowSec: number;
  readonly feeGraceSec: number;
  readonly routeTimeoutSec: number;
  /** Longer than call window and snapshot age together; the scenario moves the chains' clocks on. */
  readonly activationDelaySec: number;
  readonly activationBucketSec: number;
  readonly noticeSec: number;
  readonly exitBucketSec: number;
  readonly callTimeoutSec: number;
  readonly maxInFlight: bigint;
  readonly operatorFeeBps: number;
  readonly maxPremiumBps: number;
  readonly priceToleranceBps: number;
  readonly maxAuctionSec: number;
  /** How long the example lender keeps its auctions open. */
  readonly auctionSec: number;
  readonly maxLtvBps: number;
  readonly liquidationLtvBps: number;
  /** Oldest answer of the feed that the oracle trusts: nobody updates it but the scenario. */
  readonly priceMaxAgeSec: number;
  readonly operatorQuorum: number;
}

export const DEFAULT_TERMS: AlaTerms = {
  basket: 1,
  tierStepBps: 50,
  tierCount: 30,
  unit: 1n,
  minBid: 10_000_000n,
  minLeg: 50_000_000n,
  callWindowSec: 60,
  maxSnapshotAgeSec: 60,
  settleWindowSec: 120,
  feeGraceSec: 60,
  routeTimeoutSec: 180,
  activationDelaySec: 125,
  activationBucketSec: 10,
  noticeSec: 125,
  exitBucketSec: 10,
  callTimeoutSec: 600,
  maxInFlight: 1_000_000_000_000_000n,
  operatorFeeBps: 10,
  maxPremiumBps: 1_500,
  priceToleranceBps: 200,
  maxAuctionSec: 86_400,
  auctionSec: 900,
  maxLtvBps: 7_500,
  liquidationLtvBps: 8_000,
  priceMaxAgeSec: 604_800,
  operatorQuorum: 2,
};

/** The markets of the basket: one deposit of an LP stands by for both. `startPrice`: dollars for one whole token. */
export const MARKETS = [
  { id: 1, collateral: 'tETH', startPrice: 2_000 },
  { id: 2, collateral: 'tBTC', startPrice: 30_000 },
] as const;

export type MarketCollateral = (typeof MARKETS)[number]['collateral'];

export const OPERATOR_SET_ID = 1;
export const FEED_DECIMALS = 8;
/** A price in dollars as the feed answers it. */
export const feedAnswer = (dollars: number): bigint => BigInt(Math.round(dollars * 10 ** FEED_DECIMALS));

/** Ids of the three spokes, and where they stand. */
export const SPOKES = [
  { id: 1, chain: 'spokeA', bridge: 'layerzero' },
  { id: 2, chain: 'spokeB', bridge: 'wormhole' },
  { id: 3, chain: 'hub', bridge: 'local' },
] as const;
