import { expect, it } from 'vitest';
import { styled, tableText, timeText, toJson, wantsColor } from './terminal.js';

it('colours are for terminals that want them', () => {
  expect(wantsColor({}, true)).toBe(true);
  expect(wantsColor({ NO_COLOR: '' }, true)).toBe(true);
  expect(wantsColor({}, false)).toBe(false);
  expect(wantsColor({ NO_COLOR: '1' }, true)).toBe(false);
  expect(wantsColor({ TERM: 'dumb' }, true)).toBe(false);
  expect(styled({ json: false, color: false }, 'red', 'no')).toBe('no');
});

it('columns line up, and numbers at their ends', () => {
  const table = tableText(
    { json: false, color: false },
    ['name', 'amount'],
    [
      ['a', '1.00'],
      ['long', '1,000.00'],
    ],
    ['amount'],
  );
  expect(table).toBe('name    amount\na         1.00\nlong  1,000.00');
});

it('programs get amounts whole, and people times in UTC', () => {
  expect(toJson({ amount: 2n ** 100n })).toBe('{"amount":"1267650600228229401496703205376"}');
  expect(timeText(0)).toBe('1970-01-01T00:00:00Z');
  expect(timeText(null)).toBe('');
});
