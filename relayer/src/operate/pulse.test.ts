import { expect, it } from 'vitest';
import { Pulse } from './pulse.js';

const STARTED_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;

it('awaits a chain until it was at its head, is halted, or the node is up for a minute', () => {
  const pulse = new Pulse(['hub', 'spokeA', 'spokeB'], STARTED_MS);
  expect(pulse.awaitedChains(STARTED_MS)).toEqual(['hub', 'spokeA', 'spokeB']);
  pulse.reachedHead('hub', STARTED_MS + 1);
  pulse.halted('spokeB', 'it forked below its final block');
  pulse.cannotRead('spokeA', 'no answer');
  expect(pulse.awaitedChains(STARTED_MS + 2)).toEqual(['spokeA']);
  pulse.released('spokeB');
  expect(pulse.awaitedChains(STARTED_MS + MINUTE_MS)).toEqual(['spokeA', 'spokeB']);
  expect(pulse.awaitedChains(STARTED_MS + MINUTE_MS + 1)).toEqual([]);
});

it('does not await a chain that falls behind later', () => {
  const pulse = new Pulse(['spokeA'], STARTED_MS);
  pulse.reachedHead('spokeA', STARTED_MS + 1);
  pulse.behind('spokeA', 'history: block 1 of 2');
  expect(pulse.awaitedChains(STARTED_MS + 2)).toEqual([]);
});
