import { expect, it } from 'vitest';
import type { MarketStatistics } from '@ala/shared/api/statistics';
import { againstPenalty } from './againstPenalty.js';

const market: MarketStatistics = {
  marketId: 1,
  basket: 1,
  auctions: 2,
  covered: 2,
  debtToCoverDebtUnits: '60000000000',
  coveredDebtUnits: '60000000000',
  coverageBps: 10_000,
  averagePremiumBps: '181.6666',
  operatorFeeBps: 10,
  fixedPenaltyBps: 800,
  timeToRepay: null,
};

it('counts the fee of the operators among what an auction costs', () => {
  const compared = againstPenalty(market);
  expect(compared).toMatchObject({ costBps: 191.6666, penaltyBps: 800 });
  expect(compared?.savedBps).toBeCloseTo(608.3334, 6);
  expect(compared?.savedDebtUnits).toBe(3_650_000_400n);
});

it('says of auctions that were dearer than the penalty that they were', () => {
  expect(againstPenalty({ ...market, fixedPenaltyBps: 100 })?.savedDebtUnits).toBe(-549_999_600n);
});

it('compares nothing with nothing', () => {
  expect(againstPenalty({ ...market, averagePremiumBps: null })).toBeNull();
  expect(againstPenalty({ ...market, fixedPenaltyBps: null })).toBeNull();
});
