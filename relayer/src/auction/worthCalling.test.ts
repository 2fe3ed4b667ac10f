import { expect, it } from 'vitest';
import { clear } from '@ala/shared/clear';
import { toSpokeId, toTier } from '@ala/shared/ids';
import { isWorthCalling } from './worthCalling.js';

const ladder = { tierStepBps: 50, tierCount: 30 };
/** One smallest unit of debt is worth as much collateral, at a premium of 0.5 % a tier. */
const auction = { collateralLeft: 10n ** 9n, priceE36: 10n ** 36n, operatorFeeBps: 0, unit: 1n };
const collateralUnits = new Map([
  [toSpokeId(1), 1_000n],
  [toSpokeId(2), 100n],
]);

type Pool = readonly [spoke: number, tier: number, available: bigint];

function isWorth(pools: readonly Pool[], { debtLeft, minLeg }: { debtLeft: bigint; minLeg: bigint }): boolean {
  const round = clear({
    auction: { ...auction, debtLeft, minLeg },
    ladder,
    pools: pools.map(([spoke, tier, available]) => ({ spoke: toSpokeId(spoke), tier: toTier(tier), available })),
  });
  return isWorthCalling(round, { ladder, priceE36: auction.priceE36, collateralUnits, minLeg });
}

it('calls for nothing that earns less than a step of the way home', () => {
  const terms = { debtLeft: 10_000n, minLeg: 1n };
  expect(isWorth([[1, 0, 995n]], terms)).toBe(false);
  expect(isWorth([[1, 0, 996n]], terms)).toBe(true);
  expect(isWorth([[1, 1, 991n]], terms)).toBe(true);
  expect(isWorth([], terms)).toBe(false);
});

it('looks at each fill alone, and at its own way home', () => {
  const terms = { debtLeft: 10_000n, minLeg: 1n };
  const own: Pool[] = [
    [1, 0, 600n],
    [1, 1, 600n],
  ];
  expect(isWorth(own, terms)).toBe(false);
  expect(isWorth([...own, [2, 1, 600n]], terms)).toBe(true);
});

it('calls for less than the smallest leg only where that is all that is wanted', () => {
  expect(isWorth([[1, 0, 4_999n]], { debtLeft: 10_000n, minLeg: 5_000n })).toBe(false);
  expect(isWorth([[1, 0, 5_000n]], { debtLeft: 10_000n, minLeg: 5_000n })).toBe(true);
  expect(isWorth([[1, 0, 4_999n]], { debtLeft: 4_999n, minLeg: 5_000n })).toBe(true);
  expect(isWorth([[1, 0, 9_999n]], { debtLeft: 4_999n, minLeg: 5_000n })).toBe(true);
});
