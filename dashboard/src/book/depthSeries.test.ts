import { expect, it } from 'vitest';
import { depthSeries } from './depthSeries.js';
import { BASKET, bookOf } from './testBook.js';

it('adds spokes up by chain, and tiers up to each premium', () => {
  const rows = depthSeries(
    bookOf([
      [0, 1, 5n],
      [0, 2, 7n],
      [0, 3, 1n],
      [2, 1, 10n],
    ]),
    BASKET,
  );
  expect(rows.map(({ byChain }) => Object.fromEntries(byChain))).toEqual([{ away: 5n, hub: 8n }, {}, { away: 10n }]);
  expect(rows.map(({ cumulative }) => cumulative)).toEqual([13n, 13n, 23n]);
});

it('keeps the empty tiers between, and leaves out those that are dearer than all bids', () => {
  const rows = depthSeries(bookOf([[2, 1, 10n]]), BASKET);
  expect(rows.map(({ premiumBps, standby }) => [premiumBps, standby])).toEqual([
    [100, 0n],
    [200, 0n],
    [300, 10n],
  ]);
});

it('has no rows without bids', () => {
  expect(depthSeries(bookOf([]), BASKET)).toEqual([]);
});
