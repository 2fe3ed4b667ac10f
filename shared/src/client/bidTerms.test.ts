import { expect, it } from 'vitest';
import { toAddress, toBasketId, toTier } from '../ids.js';
import { checkBid, tierOfPremium, toHubUnits, toLocalUnits, type BidTerms } from './bidTerms.js';

const terms: BidTerms = {
  basket: toBasketId(1),
  debtToken: toAddress(`0x${'11'.repeat(20)}`),
  localDecimals: 8,
  hubDecimals: 6,
  tierStepBps: 50,
  tierCount: 30,
  unit: 100n,
  minBid: 1_000_000n,
  activationDelaySec: 125,
  noticeSec: 125,
};

it('units convert between hub and spoke, rounded down', () => {
  expect(toLocalUnits(terms, 5n)).toBe(500n);
  expect(toHubUnits(terms, 599n)).toBe(5n);
  const coarse = { ...terms, localDecimals: 6, hubDecimals: 8 };
  expect(toLocalUnits(coarse, 599n)).toBe(5n);
  expect(toHubUnits(coarse, 5n)).toBe(500n);
});

it('a premium names its tier, and one between tiers is refused', () => {
  expect(tierOfPremium(terms, 50)).toBe(0);
  expect(tierOfPremium(terms, 1_500)).toBe(29);
  for (const bps of [0, 25, 75, 1_550]) expect(() => tierOfPremium(terms, bps)).toThrow('from 50 to 1500 basis points');
});

it('a bid that no spoke would take is refused with the nearest that it would', () => {
  expect(() => checkBid(terms, toTier(0), 1_000_000n)).not.toThrow();
  expect(() => checkBid(terms, toTier(0), 999_900n)).toThrow('Bid 1.00 or more');
  expect(() => checkBid(terms, toTier(0), 1_000_150n)).toThrow('Bid 1.0001');
  expect(() => checkBid(terms, toTier(30), 1_000_000n)).toThrow('a tier below 30');
});
