import { expect, test } from 'vitest';
import { feedAnswer } from './terms.js';

test('a price is answered in 8 decimals', () => {
  expect(feedAnswer(1_850)).toBe(185_000_000_000n);
  expect(feedAnswer(0.1)).toBe(10_000_000n);
});
