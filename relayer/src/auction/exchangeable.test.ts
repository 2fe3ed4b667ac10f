import { expect, it } from 'vitest';
import { toSpokeId, toTier } from '@ala/shared/ids';
import { exchangesAny } from './exchangeable.js';

/** One smallest unit of debt is worth as much collateral, at a premium of 0.5 % a tier. */
const terms = {
  ladder: { tierStepBps: 50, tierCount: 30 },
  priceE36: 10n ** 36n,
  collateralUnits: new Map([
    [toSpokeId(1), 1_000n],
    [toSpokeId(2), 100n],
  ]),
};
const fill = (spoke: number, tier: number, amount: bigint) => ({ spoke: toSpokeId(spoke), tier: toTier(tier), amount });

it('says of what earns less than a step of the way home that the hub takes none of it', () => {
  expect(exchangesAny([fill(1, 0, 995n)], terms)).toBe(false);
  expect(exchangesAny([fill(1, 0, 996n)], terms)).toBe(true);
  expect(exchangesAny([fill(1, 1, 991n)], terms)).toBe(true);
  expect(exchangesAny([], terms)).toBe(false);
});

it('looks at each fill alone, and at its own way home', () => {
  expect(exchangesAny([fill(1, 0, 600n), fill(1, 1, 600n)], terms)).toBe(false);
  expect(exchangesAny([fill(1, 0, 600n), fill(2, 1, 600n)], terms)).toBe(true);
});
