import type { SeedResult } from './runSeed.js';

const LINES = 80;

/** What was wrong with a world, what went on in it, and how to see it again. */
export function describeFailure({ seed, problems, log }: SeedResult, options = ''): string {
  return [
    `seed ${seed} failed:`,
    ...problems.map((problem) => `  - ${problem}`),
    'what went on, the last lines:',
    ...log.short(LINES).map((line) => `  ${line}`),
    `to see it again with every step: npm run simulate -- --seed ${seed}${options}`,
  ].join('\n');
}
