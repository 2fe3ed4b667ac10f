import { expect, test } from 'vitest';
import { readable, tokens } from './amounts.js';

test('amounts read as people write them, rounded down', () => {
  expect(readable(1_234_567_890_000n, 6)).toBe('1,234,567.89');
  expect(readable(999_999n, 6, 2)).toBe('0.99');
  expect(readable(10n ** 18n, 18)).toBe('1');
  expect(readable(0n, 6)).toBe('0');
  expect(readable(tokens(12_000, 6), 6)).toBe('12,000');
});
