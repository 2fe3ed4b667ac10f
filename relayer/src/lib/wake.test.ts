import { expect, it } from 'vitest';
import { Wake } from './wake.js';

const never = new AbortController().signal;
const LONG_MS = 3_600_000;

it('ends a pause', async () => {
  const wake = new Wake();
  const waiting = wake.wait(LONG_MS, never);
  wake.notify();
  await waiting;
});

it('ends the next pause where nobody waited, and only that one', async () => {
  const wake = new Wake();
  wake.notify();
  wake.notify();
  await wake.wait(LONG_MS, never);
  const stop = new AbortController();
  let ended = false;
  const waiting = wake.wait(LONG_MS, stop.signal).then(() => (ended = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
  stop.abort();
  await waiting;
});
