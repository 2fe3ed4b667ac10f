import { expect, it } from 'vitest';
import { toAddress, toTier } from '@ala/shared/ids';
import type { BookEntry } from '../book/bids.js';
import { bidsText } from './bookCommand.js';

const basket = { tierStepBps: 50, tierCount: 4, debtDecimals: 6 };
const standing: BookEntry = {
  tier: toTier(1),
  spoke: 2,
  bidId: 7n,
  owner: toAddress('0x00000000000000000000000000000000000000a1'),
  state: 'standing',
  standby: 1_500_000n,
  entering: 0n,
  atSec: null,
};

it('says of each bid what it can be called for, and of what leaves, when', () => {
  const leaving: BookEntry = { ...standing, bidId: 8n, state: 'leaving', atSec: 60 };
  const lines = bidsText([standing, leaving], basket).split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^ {2}1\.00 % +1\.5 {2}spoke 2 {2}bid 7 {2}0x0{38}a1$/i),
    expect.stringMatching(/ bid 8 .* {2}leaves at 1970-01-01T00:01:00\.000Z$/),
  ]);
});

it('says that there is none', () => {
  expect(bidsText([], basket)).toBe('the book is empty');
});
