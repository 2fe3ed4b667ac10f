import { expect, it } from 'vitest';
import type { AuctionAnswer } from '@ala/shared/api/auctions';
import { mergeAuctions } from './mergeAuctions.js';
import { AUCTION } from './testAuction.js';

const named = (auctionId: string, rounds = 0): AuctionAnswer => ({ ...AUCTION, auctionId, rounds });

it('shows an auction once, as it was told last', () => {
  const merged = mergeAuctions([named('c'), named('b', 2)], [[named('b', 1), named('a')], [named('0')]]);
  expect(merged.map(({ auctionId, rounds }) => [auctionId, rounds])).toEqual([
    ['c', 0],
    ['b', 2],
    ['a', 0],
    ['0', 0],
  ]);
});
