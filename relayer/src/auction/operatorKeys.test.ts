import { Wallet } from 'ethers';
import { expect, it } from 'vitest';
import { toAddress } from '@ala/shared/ids';
import { operatorKeyProblems } from './operatorKeys.js';

const keys = [1, 2, 3].map((byte) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`);
const operators = keys.slice(0, 2).map((key) => toAddress(new Wallet(key).address));
const set = { operators, quorum: 2 };

it('is content with a quorum of the set', () => {
  expect(operatorKeyProblems(1, set, keys.slice(0, 2))).toEqual([]);
});

it('says what the hub would refuse: no such set, a stranger, a repetition, too few', () => {
  expect(operatorKeyProblems(7, null, keys)).toEqual([expect.stringContaining('no set 7')]);
  expect(operatorKeyProblems(1, set, keys)).toEqual([expect.stringContaining('is not an operator')]);
  expect(operatorKeyProblems(1, set, [keys[0]!, keys[0]!])).toEqual([
    expect.stringContaining('given twice'),
    expect.stringContaining('asks for 2'),
  ]);
});
