import { bigInt, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmountError, formatAmount, parseAmount } from './amount.js';

describe('an amount is read', () => {
  it.each([
    ['1000', 1_000_000_000n],
    [' 12.5 ', 12_500_000n],
    ['1,000.50', 1_000_500_000n],
    ['1.000,50', 1_000_500_000n],
    ['1 000,50', 1_000_500_000n],
    ['1\u202f000,50', 1_000_500_000n],
    ["1'000.5", 1_000_500_000n],
    ['1\u2019000.5', 1_000_500_000n],
    ['1_000_000', 1_000_000_000_000n],
    ['1,000,000', 1_000_000_000_000n],
    ['1.000.000', 1_000_000_000_000n],
    ['12,34,567.5', 1_234_567_500_000n],
    ['1 000,500', 1_000_500_000n],
    ['0,500', 500_000n],
    ['.500', 500_000n],
    ['5.', 5_000_000n],
    ['1000,500', 1_000_500_000n],
    ['1.5000000000', 1_500_000n],
    ['١٬٠٠٠٫٥', 1_000_500_000n],
    ['۱۲۳', 123_000_000n],
    ['१२३.५', 123_500_000n],
    ['１，０００．５', 1_000_500_000n],
    ['0.000001', 1n],
    ['0', 0n],
  ])('%s', (text, amount) => {
    expect(parseAmount(text, 6)).toBe(amount);
  });

  it('at any size without loss', () => {
    expect(parseAmount('123456789012345678.123456789012345678', 18)).toBe(123456789012345678123456789012345678n);
  });
});

it.each([
  ['1,000', '1000 for thousands, or 1 for decimals'],
  ['1.234', '1234 for thousands, or 1.2340 for decimals'],
  ['10,500', '10500 for thousands, or 10.5 for decimals'],
])('%s can be read in two ways, which is said', (text, words) => {
  expect(() => parseAmount(text, 6)).toThrow(`can be read in two ways: write ${words}`);
});

it.each([
  ['1,000', 'en', 1_000_000_000n],
  ['1,000', 'de', 1_000_000n],
  ['1.000', 'de', 1_000_000_000n],
  ['1.000', 'de-CH', 1_000_000n],
  ['1 000', 'fr', 1_000_000_000n],
  ['1,000', 'fr', 1_000_000n],
  ['1,00,000', 'hi-IN', 100_000_000_000n],
])('%s in %s', (text, locale, amount) => {
  expect(parseAmount(text, 6, locale)).toBe(amount);
});

it.each([
  '',
  '-1',
  '\u22121',
  '1e6',
  '0x10',
  'all',
  '.',
  '1,0,0',
  '1,00.5',
  "1'000 000",
  '1.2,3.4',
  '1,000.5,0',
  '1.0000001',
  '10 tUSD',
  '9'.repeat(101),
  '9'.repeat(80),
])('%j is refused', (text) => {
  expect(() => parseAmount(text, 6)).toThrow(AmountError);
});

it('what a locale does not write is refused with the mark that it has', () => {
  expect(() => parseAmount('1,5', 6, 'en')).toThrow('in en "." begins the decimals');
  expect(() => parseAmount('1.5', 6, 'fr')).toThrow('in fr "," begins the decimals');
  expect(() => parseAmount('1', 6, 'no locale')).toThrow('no locale');
});

it('what is shown can be typed', () => {
  expect(formatAmount(1_000_000_000n, 6)).toBe('1,000.00');
  expect(formatAmount(1_125_000n, 6)).toBe('1.1250');
  assert(
    property(bigInt(0n, 2n ** 200n), integer({ min: 0, max: 18 }), (amount, decimals) => {
      expect(parseAmount(formatAmount(amount, decimals), decimals)).toBe(amount);
    }),
  );
});
