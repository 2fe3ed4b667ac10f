import { expect, it } from 'vitest';
import { toAddress } from '@ala/shared/ids';
import { mayHoldLogsOf } from './bloom.js';

const contract = toAddress('0x5fbdb2315678afecb367f032d93f642f64180aa3');
const bloomOf = (bits: readonly number[]) =>
  `0x${bits
    .reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
    .toString(16)
    .padStart(512, '0')}`;

/** The bits of `logsBloom` as anvil 1.7.1 gave it for a block with a single log, by this contract and with one topic. */
const BITS = [486, 801, 1194, 1254, 1585, 2002];

it('finds a contract that has logged, as a real node says', () => {
  expect(mayHoldLogsOf(bloomOf(BITS), contract)).toBe(true);
});

it('excludes a contract that has not logged', () => {
  expect(mayHoldLogsOf(bloomOf(BITS), toAddress(`0x${'11'.repeat(20)}`))).toBe(false);
  expect(mayHoldLogsOf(bloomOf([]), contract)).toBe(false);
});

it('wants all three bits of the contract', () => {
  const needed = BITS.filter((bit) => !mayHoldLogsOf(bloomOf(BITS.filter((other) => other !== bit)), contract));
  expect(needed).toHaveLength(3);
  expect(mayHoldLogsOf(bloomOf(needed), contract)).toBe(true);
});
