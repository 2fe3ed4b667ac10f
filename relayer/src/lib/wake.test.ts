import { getEventListeners } from 'node:events';
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

it('leaves nothing with the signal that it heeds, which lives as long as the node', async () => {
  const node = new AbortController().signal;
  const wake = new Wake();
  for (let times = 0; times < 3; times++) {
    const waiting = wake.wait(LONG_MS, node);
    wake.notify();
    await waiting;
  }
  expect(getEventListeners(node, 'abort')).toEqual([]);
  // Where Node keeps what `AbortSignal.any` made of a signal.
  const kept = Object.getOwnPropertySymbols(node).find(({ description }) => description === 'kDependantSignals');
  expect(
    kept === undefined ? 0 : ((node as unknown as Record<symbol, Set<unknown> | undefined>)[kept]?.size ?? 0),
  ).toBe(0);
});
