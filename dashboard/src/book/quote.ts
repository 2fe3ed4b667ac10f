import type { Book } from '@ala/shared/api/book';
import type { BasketAnswer, MarketAnswer } from '@ala/shared/api/network';
import { clear, type Clearing } from '@ala/shared/clear';
import type { ClearPool } from '@ala/shared/clearInput';
import type { SpokeId, Tier } from '@ala/shared/ids';
import { withinCap } from '@ala/shared/withinCap';

/** A unit of collateral is worth a unit of debt: premiums do not depend on the price, as long as the collateral suffices. */
const PRICE_E36 = 10n ** 36n;

/**
 * Pure: what an auction of `debt` debt units would pay, had it all of the book to itself and collateral enough. It is cleared as the
 * relayer would; what leaves before the call, which only a plan's time can tell, counts as standing by.
 */
export function quote(book: Book, basket: BasketAnswer, { terms }: MarketAnswer, debt: bigint): Clearing {
  const [first] = basket.tiers;
  const ladder = { tierStepBps: first?.premiumBps ?? 1, tierCount: Math.max(1, basket.tiers.length) };
  const auction = {
    debtLeft: debt,
    collateralLeft: 2n * debt + 1n,
    priceE36: PRICE_E36,
    operatorFeeBps: terms?.operatorFeeBps ?? 0,
    unit: BigInt(basket.unitDebtUnits),
    minLeg: BigInt(terms?.minLegDebtUnits ?? 0),
  };
  return clear({ auction, ladder, pools: callable(book, terms?.maxPremiumBps ?? Infinity) });
}

function callable(book: Book, maxPremiumBps: number): ClearPool[] {
  return book.spokes.flatMap(({ spoke, inFlightDebtUnits, maxInFlightDebtUnits }) => {
    const pools = book.tiers
      .filter(({ premiumBps }) => premiumBps <= maxPremiumBps)
      .flatMap(({ tier, pools: inTier }) => inTier.map((pool) => ({ tier, pool })))
      .filter(({ pool }) => pool.spoke === spoke)
      .map(({ tier, pool }) => ({
        spoke: spoke as SpokeId,
        tier: tier as Tier,
        available: BigInt(pool.standbyDebtUnits),
      }));
    const room = BigInt(maxInFlightDebtUnits) - BigInt(inFlightDebtUnits);
    return withinCap(pools, room > 0n ? room : 0n);
  });
}
