import type { Book, PoolDepth } from '@ala/shared/api/book';
import type { BasketAnswer, MarketAnswer } from '@ala/shared/api/network';

const ADDRESS = `0x${'1'.repeat(40)}`;

/** Four tiers of 1 % each. */
export const BASKET: BasketAnswer = {
  basket: 1,
  debtToken: ADDRESS,
  debtDecimals: 6,
  unitDebtUnits: '1',
  tiers: [0, 1, 2, 3].map((tier) => ({ tier, premiumBps: 100 * (tier + 1) })),
};

export const MARKET: MarketAnswer = {
  marketId: 1,
  basket: 1,
  source: ADDRESS,
  oracle: ADDRESS,
  collateralToken: ADDRESS,
  collateralDecimals: 18,
  fixedPenaltyBps: 800,
  terms: {
    operatorFeeBps: 10,
    maxPremiumBps: 300,
    priceToleranceBps: 200,
    maxDurationSec: 900,
    minLegDebtUnits: '0',
    maxInFlightDebtUnits: '1000000',
  },
};

/** @param amounts [tier, spoke, standby], debt units. @param room What may fly of each spoke. */
export function bookOf(amounts: readonly (readonly [number, number, bigint])[], room = 1_000_000n): Book {
  const text = (amount: bigint) => ({
    standbyDebtUnits: amount.toString(),
    leavingDebtUnits: '0',
    enteringDebtUnits: '0',
  });
  const sum = (picked: typeof amounts): bigint => picked.reduce((total, [, , amount]) => total + amount, 0n);
  const tiers = [...new Set(amounts.map(([tier]) => tier))].sort((a, b) => a - b);
  return {
    basket: 1,
    atSec: 100,
    asOf: [],
    behind: false,
    ...text(sum(amounts)),
    spokes: [
      [1, 'away'],
      [2, 'hub'],
      [3, 'hub'],
    ].map(([spoke, chain]) => ({
      spoke: Number(spoke),
      chain: String(chain),
      ...text(sum(amounts.filter(([, of]) => of === spoke))),
      inFlightDebtUnits: '0',
      maxInFlightDebtUnits: room.toString(),
    })),
    tiers: tiers.map((tier) => {
      const inTier = amounts.filter(([of]) => of === tier);
      const pools = inTier.map(([, spoke, amount]): PoolDepth => ({ spoke, calls: 0, epoch: 0, ...text(amount) }));
      return { tier, premiumBps: 100 * (tier + 1), ...text(sum(inTier)), pools };
    }),
  };
}
