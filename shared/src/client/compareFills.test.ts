import { expect, it } from 'vitest';
import { toSpokeId, toTier } from '../ids.js';
import { compareFills } from './compareFills.js';

const fill = (tier: number, amount: bigint) => ({ tier: toTier(tier), amount });

it('says nothing of a plan that draws what the clearing gives', () => {
  const legs = [{ spoke: toSpokeId(1), fills: [fill(0, 5n), fill(1, 7n)] }];
  const expected = legs[0]!.fills.map((item) => ({ ...item, spoke: toSpokeId(1) }));
  expect(compareFills(legs, expected)).toEqual([]);
});

it('names each pool that is drawn differently, a skipped cheaper pool first', () => {
  const legs = [{ spoke: toSpokeId(1), fills: [fill(1, 7n)] }];
  const expected = [{ spoke: toSpokeId(2), ...fill(0, 7n) }];
  expect(compareFills(legs, expected)).toEqual([
    'pool (spoke 2, tier 0): the plan draws 0, the clearing 7',
    'pool (spoke 1, tier 1): the plan draws 7, the clearing 0',
  ]);
});
