import { expect, test } from 'vitest';
import { textTable } from './table.js';

test('columns are as wide as their widest cell', () => {
  expect(
    textTable(
      ['a', 'long'],
      [
        ['xyz', '1'],
        ['', '22'],
      ],
    ),
  ).toBe('a    long\n---  ----\nxyz  1\n     22');
});
