import { expect, it } from 'vitest';
import { partOf, percent, shownAmount } from './amount.js';

it('cuts decimals instead of rounding up, with thousands apart', () => {
  expect(shownAmount(1_234_567_899_999n, 6)).toBe('1,234,567.89');
  expect(shownAmount(5_024_024_023_962_162_161n, 18, 6)).toBe('5.024024');
});

it('does not show what is there as zero', () => {
  expect(shownAmount(1n, 6)).toBe('<0.01');
  expect(shownAmount(0n, 6)).toBe('0.00');
});

it('shows a token with fewer decimals than are asked for', () => {
  expect(shownAmount(7n, 0)).toBe('7.00');
});

it('says premiums in percent, rounded down', () => {
  expect(percent('181.6666')).toBe('1.8166 %');
  expect(percent(300)).toBe('3 %');
});

it('calls nothing complete that is not', () => {
  expect(partOf(9_999n, 10_000n)).toBe(99.9);
  expect(partOf(5n, 5n)).toBe(100);
  expect(partOf(0n, 0n)).toBe(0);
});
