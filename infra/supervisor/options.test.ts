import { expect, test } from 'vitest';
import { defaultDataDir } from '../devnet/devnet.js';
import { readOptions } from './options.js';

test('without arguments the liquidation runs and everything stays up', () => {
  expect(readOptions([])).toEqual({
    once: false,
    json: false,
    scenario: 'liquidation',
    basePort: 8545,
    dataDir: defaultDataDir(),
  });
});

test('arguments are taken', () => {
  const options = readOptions([
    '--once',
    '--json',
    '--scenario',
    'refund',
    '--base-port',
    '18500',
    '--data-dir',
    '/tmp/x',
  ]);
  expect(options).toEqual({ once: true, json: true, scenario: 'refund', basePort: 18_500, dataDir: '/tmp/x' });
});

test.each([
  [['--scenario', 'other'], /no scenario other/],
  [['--base-port', '70000'], /not 70000/],
  [['--base-port', '0'], /not 0/],
  [['--nonsense'], /nonsense/],
  [['stray'], /stray/],
])('%j is refused with the usage', (argv, problem) => {
  expect(() => readOptions(argv)).toThrow(problem);
  expect(() => readOptions(argv)).toThrow(/usage: npm start/);
});
