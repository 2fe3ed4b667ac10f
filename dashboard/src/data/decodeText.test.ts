import { AbiCoder } from 'ethers';
import { expect, it } from 'vitest';
import { decodeText } from './decodeText.js';

const returned = (text: string): string => AbiCoder.defaultAbiCoder().encode(['string'], [text]);

it('reads the symbol that a token returned', () => {
  expect(decodeText(returned('tUSD'))).toBe('tUSD');
  expect(decodeText(returned('USD₮0'))).toBe('USD₮0');
});

it('leaves out what a page would obey, and what is too long', () => {
  expect(decodeText(returned('<b>\u202eUSD'))).toBe('bUSD');
  expect(decodeText(returned('A'.repeat(100)))).toBe('A'.repeat(20));
});

it('takes what is no string for none', () => {
  expect(decodeText('0x')).toBe('');
  expect(decodeText(`0x${'f'.repeat(64)}`)).toBe('');
});
