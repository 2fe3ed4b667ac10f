import { expect, it } from 'vitest';
import { sharesOf } from './runJobs.js';

it('gives each process as many seeds as the others, or one more, and each seed to one', () => {
  expect(sharesOf(1, 200, 2)).toEqual([
    { from: 1, seeds: 100 },
    { from: 101, seeds: 100 },
  ]);
  expect(sharesOf(5, 7, 3)).toEqual([
    { from: 5, seeds: 2 },
    { from: 7, seeds: 2 },
    { from: 9, seeds: 3 },
  ]);
});

it('starts no process without a seed', () => {
  expect(sharesOf(1, 2, 4)).toEqual([
    { from: 1, seeds: 1 },
    { from: 2, seeds: 1 },
  ]);
});
