import { expect, test } from 'vitest';
import type { Pin } from './chainReader.js';
import { readStill } from './readWorld.js';

const pinned: Pin = { number: 7, hash: '0x7' };
const next: Pin = { number: 8, hash: '0x8' };

/** Chains whose heads move, and whose pinned blocks go, when the world is read. */
function readings(moves: readonly (readonly string[])[], takenBack: readonly string[] = []) {
  const moved = new Set<string>();
  let reads = 0;
  const pinnedReaders = ['hub', 'spoke'].map((name) => ({
    pin: pinned,
    reader: {
      head: () => Promise.resolve(moved.has(name) ? next : pinned),
      has: () => Promise.resolve(!(reads > 0 && takenBack.includes(name))),
    },
  }));
  const read = (): Promise<number> => {
    for (const name of moves[reads] ?? []) moved.add(name);
    reads += 1;
    return Promise.resolve(reads);
  };
  return readStill(pinnedReaders, read);
}

test('what was read while all heads stood still is right', async () => {
  expect(await readings([])).toBe(1);
});

test('what was read while a chain moved on is read again', async () => {
  expect(await readings([['spoke']])).toBe(2);
  expect(await readings([['spoke'], ['hub']])).toBe(3);
});

test('what was read of a block that was taken back is void', async () => {
  expect(await readings([['spoke']], ['spoke'])).toBeUndefined();
  expect(await readings([], ['hub'])).toBeUndefined();
});
