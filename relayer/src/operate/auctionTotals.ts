/** What all auctions that were ever opened come to. */
export interface AuctionTotals {
  /** Open on the hub; closed there, and watched for what may still come; finished. */
  readonly states: Readonly<Record<'open' | 'closed' | 'finished', number>>;
  readonly markets: ReadonlyMap<number, MarketTotals>;
}

/** Of the auctions of a market; hub units of debt. */
export interface MarketTotals {
  /** What those that are over were opened for, and how much of it they repaid. */
  readonly toCover: bigint;
  readonly covered: bigint;
  /** What was exchanged so far, and its average premium, weighted by amount; null before anything was. */
  readonly used: bigint;
  readonly premiumBps: number | null;
}
