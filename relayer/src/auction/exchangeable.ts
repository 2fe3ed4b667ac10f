import type { ClearFill } from '@ala/shared/clear';
import { collateralDown } from '@ala/shared/clearingMath';
import type { SpokeId } from '@ala/shared/ids';
import { premiumBps, type Ladder } from '@ala/shared/ladder';

/** At what price, and in what steps a spoke's collateral goes home. */
export interface ExchangeTerms {
  readonly ladder: Ladder;
  readonly priceE36: bigint;
  /** By spoke: the smallest step of the collateral's route. */
  readonly collateralUnits: ReadonlyMap<SpokeId, bigint>;
}

/**
 * Pure: whether the hub takes any of these fills. Of one that would earn less than a step of the way home it takes nothing, and LPs
 * would be called to get the same back, again and again until the deadline (`Settlement.sol`, `_use`).
 */
export function exchangesAny(
  fills: readonly ClearFill[],
  { ladder, priceE36, collateralUnits }: ExchangeTerms,
): boolean {
  return fills.some(({ tier, spoke, amount }) => {
    const unit = collateralUnits.get(spoke);
    return unit !== undefined && collateralDown(amount, premiumBps(ladder, tier), priceE36) >= unit;
  });
}
