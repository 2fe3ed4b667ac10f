// `npm test`: the runners in their stages, then one line that sums them up. `npm test -- NAME…` runs the named ones.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InterruptedError } from '../install/child.mjs';
import { applyFloor, crashed, summaryLine, table, total } from './counts.mjs';
import { RUNNERS, STAGES } from './runners.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * @param {string[]} names of runners; none means all
 * @returns {Promise<number>} the exit status: 0 only when nothing failed and every runner reached its floor
 */
export async function main(names) {
  const unknown = names.filter((name) => !Object.hasOwn(RUNNERS, name));
  if (unknown.length > 0) {
    process.stderr.write(`unknown runner ${unknown.join(', ')}; there are ${Object.keys(RUNNERS).join(', ')}\n`);
    return 2;
  }
  const selected = Object.entries(RUNNERS).filter(([name]) => names.length === 0 || names.includes(name));
  /** @type {import('./counts.mjs').Counts[]} */
  const counts = [];
  for (const stage of STAGES) {
    const together = selected.filter(([name]) => stage.includes(name));
    counts.push(...(await Promise.all(together.map(([name, runner]) => runTimed(name, runner)))).flat());
  }
  const judged = applyFloor(counts, floorOf(selected.flatMap(([, { covers }]) => covers)));
  process.stdout.write(`\n${table(judged)}\n${summaryLine(judged)}\n`);
  return total(judged).failed === 0 ? 0 : 1;
}

/** @param {string} name @param {import('./runners.mjs').Runner} runner */
async function runTimed(name, runner) {
  process.stdout.write(`\n── ${name} ──\n`);
  const startedAtMs = performance.now();
  const counts = await runSafely(name, runner);
  process.stdout.write(`── ${name} took ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s ──\n`);
  return counts;
}

/** @param {string} name @param {import('./runners.mjs').Runner} runner */
async function runSafely(name, runner) {
  try {
    return await runner.run(ROOT);
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return runner.covers.map((covered) => crashed(covered, `the runner ${name} crashed`));
  }
}

/** @param {string[]} runners the part of test/floor.json that speaks of them */
function floorOf(runners) {
  const text = readFileSync(join(ROOT, 'test', 'floor.json'), 'utf8');
  const floor = /** @type {Record<string, number>} */ (JSON.parse(text));
  return Object.fromEntries(Object.entries(floor).filter(([runner]) => runners.includes(runner)));
}
