import { expect, it } from 'vitest';
import { quote } from './quote.js';
import { BASKET, MARKET, bookOf } from './testBook.js';

const BOOK = bookOf([
  [0, 1, 60n],
  [2, 2, 40n],
  [3, 3, 1_000n],
]);

it('pays the cheapest premiums first', () => {
  expect(quote(BOOK, BASKET, MARKET, 80n)).toMatchObject({
    filled: 80n,
    shortfall: 0n,
    averagePremiumBps: '150.0000',
    marginalPremiumBps: 300,
  });
});

it('leaves uncovered what only bids above the highest premium of the market would cover', () => {
  expect(quote(BOOK, BASKET, MARKET, 150n)).toMatchObject({ filled: 100n, shortfall: 50n });
});

it('draws no more from a spoke than it may have in flight', () => {
  const narrow = bookOf(
    [
      [0, 1, 60n],
      [1, 1, 40n],
      [2, 2, 40n],
    ],
    70n,
  );
  expect(quote(narrow, BASKET, MARKET, 200n).fills).toEqual([
    { tier: 0, spoke: 1, amount: 60n },
    { tier: 1, spoke: 1, amount: 10n },
    { tier: 2, spoke: 2, amount: 40n },
  ]);
});

it('answers for an auction of nothing, and for an empty book', () => {
  expect(quote(BOOK, BASKET, MARKET, 0n)).toMatchObject({ filled: 0n, shortfall: 0n });
  expect(quote(bookOf([]), BASKET, MARKET, 5n)).toMatchObject({ filled: 0n, shortfall: 5n });
});
