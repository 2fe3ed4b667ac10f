import { expect, it } from 'vitest';
import { toHash } from '@ala/shared/ids';
import { disagreesSince, lasts, PATIENCE_MS } from './agreement.js';

const [a, b] = ['aa', 'bb'].map((byte) => toHash(`0x${byte.repeat(32)}`)) as [
  ReturnType<typeof toHash>,
  ReturnType<typeof toHash>,
];

it('counts a disagreement from its beginning, and forgets one that has ended', () => {
  expect(disagreesSince(null, [a, b], 5)).toBe(5);
  expect(disagreesSince(5, [a, b], 9)).toBe(5);
  expect(disagreesSince(5, [a, a], 9)).toBeNull();
});

it('asks no opinion of a node that does not have the block', () => {
  expect(disagreesSince(null, [a, null], 5)).toBeNull();
  expect(disagreesSince(null, [null, null], 5)).toBeNull();
});

it('lasts once a fork would have reached every node', () => {
  expect(lasts(5, 5 + PATIENCE_MS - 1)).toBe(false);
  expect(lasts(5, 5 + PATIENCE_MS)).toBe(true);
  expect(lasts(null, 1e15)).toBe(false);
});
