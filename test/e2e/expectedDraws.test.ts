import { expect, test } from 'vitest';
import { expectedDraws } from './expectedDraws.js';

const pool = (spoke: number, tier: number, assets: bigint) => ({ spoke, tier, assets });

test('cheaper tiers are drawn whole, dearer ones not at all', () => {
  const pools = [pool(1, 4, 50n), pool(2, 0, 30n), pool(1, 2, 20n), pool(2, 4, 50n), pool(3, 9, 1_000n)];
  expect(expectedDraws(pools, 80n, 1n)).toEqual([
    { spoke: 2, tier: 0, drawn: 30n },
    { spoke: 1, tier: 2, drawn: 20n },
    { spoke: 1, tier: 4, drawn: 15n },
    { spoke: 2, tier: 4, drawn: 15n },
  ]);
});

test('what rounding leaves goes, a unit each, to those that lost most; ties to the lower spoke', () => {
  // 100 of 300: 33.3 each, the one unit left to spoke 1.
  expect(expectedDraws([pool(3, 0, 100n), pool(1, 0, 100n), pool(2, 0, 100n)], 100n, 1n).map((d) => d.drawn)).toEqual([
    34n,
    33n,
    33n,
  ]);
  // 70 of 120 in tens: 5.8 -> 0, 29.1 -> 20, 35 -> 30; two tens left for the two that lost most.
  expect(expectedDraws([pool(1, 0, 10n), pool(2, 0, 50n), pool(3, 0, 60n)], 70n, 10n)).toEqual([
    { spoke: 1, tier: 0, drawn: 10n },
    { spoke: 2, tier: 0, drawn: 30n },
    { spoke: 3, tier: 0, drawn: 30n },
  ]);
});
