import { expect, it } from 'vitest';
import { nextRange, type BlockRange, type RangeOutcome } from './blockRange.js';

const fresh: BlockRange = { blocks: 500, careful: false };
const read = (asked: number, elapsedMs = 100, logs = 10): RangeOutcome => ({ type: 'read', asked, elapsedMs, logs });

it.each<[string, RangeOutcome, number]>([
  ['halves what is refused', { type: 'refused', asked: 500 }, 250],
  ['halves the range that was refused, not the one that was allowed', { type: 'refused', asked: 30 }, 15],
  ['never goes below one block', { type: 'refused', asked: 1 }, 1],
  ['halves what is slow', read(500, 3_001), 250],
  ['keeps what is neither slow nor easy', read(500, 1_001), 500],
  ['keeps what holds many logs', read(500, 100, 5_001), 500],
  ['halves what holds more logs than shall be in memory', read(500, 100, 10_001), 250],
  ['grows after what was easy', read(500), 1_000],
  ['learns nothing from a short range at the head', read(1), 500],
])('%s', (_, outcome, blocks) => {
  expect(nextRange(fresh, outcome).blocks).toBe(blocks);
});

it('finds the limit of a node, and rarely asks for more from then on', () => {
  const limit = 700;
  let range = fresh;
  const refusals: number[] = [];
  const blocksRead: number[] = [];
  for (let step = 0; step < 100; step++) {
    const asked = range.blocks;
    const refused = asked > limit;
    if (refused) refusals.push(step);
    else blocksRead.push(asked);
    range = nextRange(range, refused ? { type: 'refused', asked } : read(asked));
  }
  expect(refusals[0]).toBe(1);
  expect(refusals.length).toBeLessThan(20);
  expect(Math.min(...blocksRead.slice(1))).toBeGreaterThanOrEqual(limit / 2);
});

it('never grows beyond what fits into memory', () => {
  let range = fresh;
  for (let step = 0; step < 10; step++) range = nextRange(range, read(range.blocks));
  expect(range.blocks).toBe(2_000);
});
