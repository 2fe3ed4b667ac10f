import { expect, it } from 'vitest';
import { toSpokeId, toTier } from '../ids.js';
import { bidState } from './bids.js';
import { mergeLadders, type PoolDepth } from './book.js';

const pool = (spoke: number, tier: number, standby: bigint, entering = 0n): PoolDepth => ({
  spokeId: toSpokeId(spoke),
  tier: toTier(tier),
  premiumBps: 50 * (tier + 1),
  standby,
  leaving: standby / 2n,
  entering,
});

it('the cheapest tier comes first, whatever spoke it is on, and depth adds up', () => {
  const book = mergeLadders([[pool(2, 0, 10n), pool(2, 4, 7n)], [pool(1, 1, 20n, 5n), pool(1, 0, 4n)], []]);
  expect(
    book.map(({ tier, standby, leaving, entering, upToHere }) => [tier, standby, leaving, entering, upToHere]),
  ).toEqual([
    [0, 14n, 7n, 0n, 14n],
    [1, 20n, 10n, 5n, 34n],
    [4, 7n, 3n, 0n, 41n],
  ]);
  expect(book[0]?.pools.map(({ spokeId }) => spokeId)).toEqual([1, 2]);
  expect(mergeLadders([])).toEqual([]);
});

it.each([
  ['entering', 0n, 5n, 0n, 'entering'],
  ['entering', 5n, 0n, 0n, 'standing'],
  ['entering', 0n, 0n, 0n, 'over'],
  ['remainder', 5n, 0n, 0n, 'standing'],
  ['exiting', 5n, 0n, 0n, 'leaving'],
  ['exiting', 0n, 0n, 5n, 'left'],
  ['exiting', 0n, 0n, 0n, 'over'],
  ['collected', 0n, 0n, 5n, 'over'],
] as const)('a bid of kind %s with %d, %d, %d is %s', (kind, standby, entering, collectable, state) => {
  expect(bidState(kind, { standby, entering, collectable })).toBe(state);
});
