/** What was read from the chains, in the form that the checks take. Amounts in smallest units; "local" says a spoke's. */

export interface HubToken {
  readonly address: string;
  readonly symbol: string;
  readonly decimals: number;
}

export interface BasketFacts {
  readonly id: number;
  readonly debtToken: string;
  readonly tierStepBps: number;
}

/** An auction; limits as it was opened, sums as its settlements emitted them. */
export interface AuctionFacts {
  readonly auctionId: string;
  readonly basket: number;
  readonly collateralToken: string;
  readonly debtToCover: bigint;
  readonly maxCollateral: bigint;
  readonly debtUsed: bigint;
  readonly collateralOut: bigint;
  /** What the last settlement said is covered. */
  readonly debtCovered: bigint;
}

export interface CapitalFill {
  readonly tier: number;
  readonly gen: number;
  readonly amount: bigint;
}

/** What became of one fill, cumulative. */
export interface FillResult {
  readonly used: bigint;
  readonly collateral: bigint;
}

export interface ArrivalFacts {
  readonly legId: string;
  readonly spoke: number;
  readonly messageId: string;
  readonly credited: bigint;
}

export interface ExchangeFacts {
  readonly legId: string;
  readonly blockNumber: number;
  readonly priceE36: bigint;
  /**
   * What the market's oracle says at the block before and at the block of the exchange; null if a feed was set more than once in that
   * block: what it said in between cannot be seen from outside.
   */
  readonly oraclePricesE36: readonly bigint[] | null;
  readonly results: readonly FillResult[];
  readonly fee: bigint;
  readonly ended: boolean;
}

export interface ReleaseFacts {
  readonly legId: string;
  readonly refund: bigint;
}

export const KIND_COLLATERAL = 2;
export const KIND_REFUND = 3;

export interface ReceiptFacts {
  readonly legId: string;
  readonly messageId: string;
  readonly kind: number;
  readonly amount: bigint;
}

/** What moved and what lies there of one hub token, by its own ERC-20 logs and balances. */
export interface TokenFlows {
  /** Left the vault for sources. */
  readonly paidToSources: bigint;
  /** Came from sources, through the vault to the hub. */
  readonly givenBySources: bigint;
  /** Left the hub for operators or dispatchers. */
  readonly feesPaid: bigint;
  readonly hubBalance: bigint;
  readonly operatorsBalance: bigint;
  /** Accrued to operators and not claimed yet. */
  readonly feesUnclaimed: bigint;
}

export interface HubFacts {
  readonly chain: string;
  readonly baskets: ReadonlyMap<number, BasketFacts>;
  readonly auctions: ReadonlyMap<string, AuctionFacts>;
  readonly arrivals: readonly ArrivalFacts[];
  /** Oldest first. */
  readonly exchanges: readonly ExchangeFacts[];
  readonly releases: readonly ReleaseFacts[];
  readonly receipts: readonly ReceiptFacts[];
  /** By `routeKey`: the smallest step of a token on its way to a spoke, hub units. */
  readonly routeUnits: ReadonlyMap<string, bigint>;
  readonly flows: ReadonlyMap<string, TokenFlows>;
}

export const routeKey = (spoke: number, token: string): string => `${spoke}/${token}`;

/** A hub token as one spoke knows it. */
export interface SpokeToken {
  readonly hubToken: string;
  readonly token: string;
  readonly localDecimals: number;
  readonly hubDecimals: number;
  readonly balanceLocal: bigint;
}

export interface BidFacts {
  readonly bidId: bigint;
  readonly basket: number;
  readonly tier: number;
  /** Deposited, hub units. */
  readonly amount: bigint;
  /** Goes on with what was here before, after a request to leave or with a refund: neither deposit nor withdrawal. */
  readonly isContinued: boolean;
  /** Began as a deposit in a bucket, or goes on as a part of one. */
  readonly entered: boolean;
  /** At the moment, hub units: not active yet; callable; to be collected. */
  readonly entering: bigint;
  readonly standby: bigint;
  readonly collectable: bigint;
}

/** A payment to a bid's owner, made or still to be had. */
export interface GainFacts {
  readonly bidId: bigint;
  readonly token: string;
  readonly amountLocal: bigint;
}

export interface CapitalCallFacts {
  readonly legId: string;
  readonly auctionId: string;
  readonly messageId: string;
  readonly basket: number;
  readonly fills: readonly CapitalFill[];
}

export interface ResultFacts {
  readonly legId: string;
  readonly tier: number;
  readonly gen: number;
  readonly kind: number;
  readonly amountLocal: bigint;
}

/** One call of a pool as the spoke has it; the refund contains what an ending epoch left. */
export interface PoolCallFacts {
  readonly sharesAtCall: bigint;
  /** Waits for no result any more, or is gone on without. */
  readonly landed: boolean;
  readonly collateralToken: string;
  readonly collateralLocal: bigint;
  readonly refundLocal: bigint;
}

export interface PoolFacts {
  readonly basket: number;
  readonly tier: number;
  readonly assets: bigint;
  readonly entering: bigint;
  /** What waits, by view and by the last event of the same bucket. */
  readonly buckets: readonly { readonly name: string; readonly inView: bigint; readonly inEvents: bigint }[];
  /** Calls below it are in the prefix sums, but for skipped ones. */
  readonly finalized: number;
  readonly calls: readonly PoolCallFacts[];
}

export interface SpokeFacts {
  readonly id: number;
  readonly chain: string;
  readonly tokens: readonly SpokeToken[];
  /** Local debt token of each basket. */
  readonly debtTokens: ReadonlyMap<number, SpokeToken>;
  readonly bids: readonly BidFacts[];
  readonly withdrawals: readonly { readonly bidId: bigint; readonly amount: bigint }[];
  /** Parts of claims that did not leave but became bids, hub units. */
  readonly rebids: readonly { readonly bidId: bigint; readonly amount: bigint }[];
  /** What each basket counts as in flight, hub units. */
  readonly inFlight: ReadonlyMap<number, bigint>;
  readonly claims: readonly GainFacts[];
  readonly claimables: readonly GainFacts[];
  readonly capitalCalls: readonly CapitalCallFacts[];
  readonly results: readonly ResultFacts[];
  readonly pools: readonly PoolFacts[];
}

/** A message of our ports; token and amount are those of the chain where it was seen. */
export interface PortMessage {
  readonly messageId: string;
  readonly chain: string;
  readonly token: string;
  readonly amountLocal: bigint;
}

/** Hub tokens locked in a bridge, and what stands for them elsewhere; hub units. */
export interface EscrowFacts {
  readonly holder: string;
  readonly chain: string;
  readonly token: string;
  readonly balance: bigint;
  readonly supply: bigint;
  readonly inFlight: bigint;
}

/** A port that was credited by its bridge before it could hand over; amounts local. */
export interface PortFacts {
  readonly port: string;
  readonly chain: string;
  readonly token: string;
  readonly balanceLocal: bigint;
  readonly undeliveredLocal: bigint;
}

/** Something arrived of which the chain it came from knows nothing. */
export interface Orphan {
  readonly id: string;
  readonly chain: string;
  readonly from: string;
}

/** Everything, as of one consistent set of blocks. */
export interface World {
  readonly tokens: ReadonlyMap<string, HubToken>;
  readonly hub: HubFacts;
  readonly spokes: readonly SpokeFacts[];
  readonly sent: readonly PortMessage[];
  readonly delivered: readonly PortMessage[];
  readonly escrows: readonly EscrowFacts[];
  readonly ports: readonly PortFacts[];
  readonly orphans: readonly Orphan[];
}
