import { tokens } from './amounts.js';

/** A bid that an LP shall place. */
export interface PlannedBid {
  /** Index among the devnet's LPs. */
  readonly lp: number;
  readonly spoke: number;
  readonly tier: number;
  /** Debt units. */
  readonly amount: bigint;
}

const DEBT_DECIMALS = 6;
const bid = (lp: number, spoke: number, tier: number, whole: number): PlannedBid => ({
  lp,
  spoke,
  tier,
  amount: tokens(whole, DEBT_DECIMALS),
});

/**
 * 46,000 at up to 2 %, then 45,000 at 3 % on all three spokes: a debt of 60,000 takes the first whole and of the second its
 * part, shared pro rata, and one of 20,000 after it takes more of the second. What stands at 4.5 % and above is never reached. One pool has two LPs, and two LPs two pools.
 */
export const BOOK: readonly PlannedBid[] = [
  bid(0, 1, 1, 10_000),
  bid(1, 1, 3, 12_000),
  bid(0, 1, 5, 12_000),
  bid(1, 1, 5, 8_000),
  bid(2, 2, 0, 8_000),
  bid(3, 2, 3, 10_000),
  bid(2, 2, 5, 15_000),
  bid(4, 3, 2, 6_000),
  bid(5, 3, 5, 10_000),
  bid(5, 3, 8, 20_000),
  bid(3, 2, 9, 20_000),
];

/** At this price the collateral is worth less than the debt: some of the capital on its way finds nothing left to buy. */
export const CRASHED_PRICE = 1_300;
