import type { Clearing, ClearFill } from '@ala/shared/clear';
import { collateralDown } from '@ala/shared/clearingMath';
import type { SpokeId } from '@ala/shared/ids';
import { premiumBps, type Ladder } from '@ala/shared/ladder';

/** At what price, in what steps a spoke's collateral goes home, and what is worth a message. */
export interface CallTerms {
  readonly ladder: Ladder;
  readonly priceE36: bigint;
  /** By spoke: the smallest step of the collateral's route. */
  readonly collateralUnits: ReadonlyMap<SpokeId, bigint>;
  /** The market's; debt units. */
  readonly minLeg: bigint;
}

/**
 * Pure: whether a round is worth its messages. Not if the hub would take nothing of it; and not if it comes to less than `minLeg` while
 * debt stays: of a pool that somebody is about to leave a part can be called, then the same part of the rest, and so on without end.
 */
export function isWorthCalling({ fills, filled, shortfall }: Clearing, terms: CallTerms): boolean {
  return fills.some((fill) => isExchanged(fill, terms)) && (filled >= terms.minLeg || shortfall === 0n);
}

/** Of a fill that would earn less than a step of its way home the hub takes nothing: LPs would get the same back (`Settlement.sol`, `_use`). */
function isExchanged({ tier, spoke, amount }: ClearFill, { ladder, priceE36, collateralUnits }: CallTerms): boolean {
  const unit = collateralUnits.get(spoke);
  return unit !== undefined && collateralDown(amount, premiumBps(ladder, tier), priceE36) >= unit;
}
