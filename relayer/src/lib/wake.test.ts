import { expect, it } from 'vitest';
import { Wake } from './wake.js';

const never = new AbortController().signal;
const LONG_MS = 600_000;

it('ends a wait at once', async () => {
  const wake = new Wake();
  const waiting = wake.wait(LONG_MS, never);
  wake.now();
  await waiting;
});

it('remembers what came between two waits, once', async () => {
  const wake = new Wake();
  wake.now();
  wake.now();
  await wake.wait(LONG_MS, never);
  let over = false;
  const second = wake.wait(LONG_MS, never).then(() => (over = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
  wake.now();
  await second;
});

it('waits no longer than it was told, nor than the signal', async () => {
  const wake = new Wake();
  await wake.wait(1, never);
  const stop = new AbortController();
  const waiting = wake.wait(LONG_MS, stop.signal);
  stop.abort();
  await waiting;
});
