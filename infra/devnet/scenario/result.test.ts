import { expect, test } from 'vitest';
import { averagePremium } from './result.js';

test('the average premium is weighted by what was exchanged, and floored', () => {
  expect(
    averagePremium([
      { used: 100n, premiumBps: 50 },
      { used: 200n, premiumBps: 100 },
    ]),
  ).toBe('83.3333');
  expect(averagePremium([{ used: 7n, premiumBps: 300 }])).toBe('300.0000');
  expect(averagePremium([])).toBe('0.0000');
});
