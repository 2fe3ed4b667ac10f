import { expect, it } from 'vitest';
import { afterFailure, atHead, badness, byHealth, UNTRIED } from './endpointHealth.js';

const order = (a: typeof UNTRIED, b: typeof UNTRIED, nowMs: number) =>
  byHealth(
    [
      { name: 'a', health: a },
      { name: 'b', health: b },
    ],
    nowMs,
  )
    .map(({ name }) => name)
    .join('');

it('keeps the order of the configuration among equals', () => {
  expect(order(UNTRIED, UNTRIED, 1_000)).toBe('ab');
});

it('puts what has failed last, and back in its place a while later', () => {
  const failed = afterFailure(UNTRIED, 1_000);
  expect(order(failed, UNTRIED, 1_000)).toBe('ba');
  expect(order(failed, UNTRIED, 200_000)).toBe('ab');
});

it('weighs many failures more than one', () => {
  const often = afterFailure(afterFailure(UNTRIED, 1_000), 2_000);
  expect(order(often, afterFailure(UNTRIED, 2_000), 2_000)).toBe('ba');
  expect(badness(often, 2_000)).toBeLessThan(2);
});

it('overlooks a lag of a block or two, and prefers the head to a node far behind', () => {
  expect(order(atHead(UNTRIED, 2), UNTRIED, 0)).toBe('ab');
  expect(order(atHead(UNTRIED, 3), UNTRIED, 0)).toBe('ba');
  expect(order(atHead(UNTRIED, 100), afterFailure(UNTRIED, 0), 0)).toBe('ba');
  expect(order(atHead(atHead(UNTRIED, 100), 0), UNTRIED, 0)).toBe('ab');
});
