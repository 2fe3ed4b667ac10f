import type { SpokeId, Tier } from './ids.js';
import type { Ladder } from './ladder.js';

/** What is left of an auction, and the terms it is cleared on. Amounts in smallest units. */
export interface ClearAuction {
  /** Debt not covered and not reserved. */
  readonly debtLeft: bigint;
  /** Collateral not given and not reserved. */
  readonly collateralLeft: bigint;
  /** Debt-token value of one smallest unit of collateral, times 1e36. */
  readonly priceE36: bigint;
  readonly operatorFeeBps: number;
  /** Coarsest step of the debt token's routes: every fill is a multiple of it. */
  readonly unit: bigint;
  /** Legs below it are not worth their message. */
  readonly minLeg: bigint;
}

/** One pool of the basket, and what can be drawn from it. */
export interface ClearPool {
  readonly spoke: SpokeId;
  readonly tier: Tier;
  readonly available: bigint;
}

export interface ClearInput {
  readonly auction: ClearAuction;
  readonly ladder: Ladder;
  /** In any order; each (spoke, tier) at most once. */
  readonly pools: readonly ClearPool[];
}
