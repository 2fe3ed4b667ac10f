import { describe, expect, it } from 'vitest';
import { toSpokeId, toTier } from '@ala/shared/ids';
import { estimateRound, isWorthSending, type LegCosts, type RoundEconomics } from './profit.js';

const GWEI = 10n ** 9n;
/** 2,000 units of a debt token with 6 decimals. */
const NATIVE = 2_000_000_000n;
const onSpoke = (id: number): LegCosts => ({
  spoke: toSpokeId(id),
  spokeGasPriceWei: GWEI,
  callFeeWei: 0n,
  spokeNativePriceDebt: NATIVE,
});
const round: RoundEconomics = {
  legs: [
    { spoke: toSpokeId(1), fills: [{ tier: toTier(0), amount: 60_000_000_000n }] },
    { spoke: toSpokeId(2), fills: [{ tier: toTier(1), amount: 40_000_000_000n }] },
  ],
  costs: [onSpoke(1), onSpoke(2)],
  operatorFeeBps: 10,
  ownOperators: 3,
  operatorsOfSet: 3,
  hubGasPriceWei: GWEI,
  hubNativePriceDebt: NATIVE,
};

describe('the estimate of a round', () => {
  it('counts gas on every chain at its price, in debt units', () => {
    // 2.7 M gas at the hub and 1.3 M at each spoke: 5.3 M gwei, 0.0053 native tokens.
    expect(estimateRound(round)).toEqual({ earnsDebtDown: 100_000_000n, costsDebtUp: 10_600_000n });
    const dearHub = { ...round, hubGasPriceWei: 2n * GWEI };
    expect(estimateRound(dearHub).costsDebtUp).toBe(16_000_000n);
    const freeSpoke = { ...round, costs: [onSpoke(1), { ...onSpoke(2), spokeNativePriceDebt: 0n }] };
    expect(estimateRound(freeSpoke).costsDebtUp).toBe(8_000_000n);
  });

  it('counts the bridge on the way there and on the way home', () => {
    const costs = [onSpoke(1), { ...onSpoke(2), callFeeWei: 10n ** 15n }];
    expect(estimateRound({ ...round, costs }).costsDebtUp).toBe(10_600_000n + 4_000_000n);
  });

  it('counts what this node’s own operators earn of the fees, rounded down, and costs rounded up', () => {
    expect(estimateRound({ ...round, ownOperators: 2 }).earnsDebtDown).toBe(66_666_666n);
    const cheap = { ...round, hubGasPriceWei: 1n, costs: [{ ...onSpoke(1), spokeGasPriceWei: 0n }] };
    expect(estimateRound(cheap).costsDebtUp).toBe(1n);
  });
});

it('takes a loss up to the limit, to the last unit', () => {
  expect(isWorthSending({ earnsDebtDown: 5n, costsDebtUp: 5n }, 0n)).toBe(true);
  expect(isWorthSending({ earnsDebtDown: 5n, costsDebtUp: 6n }, 0n)).toBe(false);
  expect(isWorthSending({ earnsDebtDown: 5n, costsDebtUp: 15n }, 10n)).toBe(true);
  expect(isWorthSending({ earnsDebtDown: 5n, costsDebtUp: 16n }, 10n)).toBe(false);
});
