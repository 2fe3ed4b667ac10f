import { expect, it } from 'vitest';
import { toSpokeId, toTier } from '@ala/shared/ids';
import { toLegs } from './clearRound.js';

const fill = (spoke: number, tier: number, amount: bigint) => ({ spoke: toSpokeId(spoke), tier: toTier(tier), amount });

it('makes one leg a spoke, spokes and tiers ascending as the hub wants them', () => {
  const fills = [fill(9, 0, 1n), fill(10, 0, 2n), fill(2, 1, 3n), fill(9, 1, 4n)];
  expect(toLegs(fills)).toEqual([
    { spoke: 2, fills: [{ tier: 1, amount: 3n }] },
    {
      spoke: 9,
      fills: [
        { tier: 0, amount: 1n },
        { tier: 1, amount: 4n },
      ],
    },
    { spoke: 10, fills: [{ tier: 0, amount: 2n }] },
  ]);
  expect(toLegs([])).toEqual([]);
});
