import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { BasketDeployment } from '@ala/shared/deployment';
import { toAuctionId, toBasketId } from '@ala/shared/ids';
import { basketFinder } from './listedBasket.js';

it('finds the basket of an auction, and says once of each that is not listed', () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const listed = { id: toBasketId(1) } as BasketDeployment;
  const find = basketFinder([listed], log);
  const auctionId = toAuctionId(`0x${'aa'.repeat(32)}`);
  const ask = (basket: number) => find({ auctionId, basket: toBasketId(basket) });
  expect(ask(1)).toBe(listed);
  expect(lines).toEqual([]);
  expect([ask(2), ask(2), ask(3)]).toEqual([null, null, null]);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(`"basket":2,"auctionId":"${auctionId}"`);
});
