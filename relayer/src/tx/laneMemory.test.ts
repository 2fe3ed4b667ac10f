import { expect, it } from 'vitest';
import type { Attempt } from './attempts.js';
import { LaneMemory } from './laneMemory.js';

const attempt = { hash: `0x${'11'.repeat(32)}` } as unknown as Attempt;

it('sends again at once what it had sent before the used nonces went back', () => {
  const memory = new LaneMemory();
  memory.sawUsedNonces(7);
  memory.sent(attempt, 1_000);
  memory.sawUsedNonces(7);
  expect(memory.sinceSentMs(attempt, 1_500)).toBe(500);
  memory.sawUsedNonces(9);
  expect(memory.sinceSentMs(attempt, 1_500)).toBe(500);
  memory.sawUsedNonces(8);
  expect(memory.sinceSentMs(attempt, 1_500)).toBeNull();
});

it('remembers what was outbid until it is taken', () => {
  const memory = new LaneMemory();
  expect(memory.isOutbid(attempt, 1_000, 1_000)).toBe(false);
  memory.outbid(attempt, 1_000);
  expect([1_999, 2_000].map((nowMs) => memory.isOutbid(attempt, nowMs, 1_000))).toEqual([true, false]);
  memory.sent(attempt, 1_500);
  expect(memory.isOutbid(attempt, 1_600, 1_000)).toBe(false);
});
