// How many tests each runner ran, what that adds up to, and whether it is enough.

/**
 * What one runner ran. `problems` are failures beyond single tests: a crash, a missing report, fewer tests than the floor.
 *
 * @typedef {{ runner: string, passed: number, failed: number, skipped: number, problems: string[] }} Counts
 */

/**
 * Adds a problem to every runner that passed fewer tests than it has to, and a failed runner for every one that is named in
 * the floor and did not report at all.
 *
 * @param {Counts[]} counts
 * @param {Record<string, number>} floor the least number of passed tests of each runner that had to run
 * @returns {Counts[]}
 */
export function applyFloor(counts, floor) {
  const reported = new Set(counts.map(({ runner }) => runner));
  const silent = Object.keys(floor).filter((runner) => !reported.has(runner));
  return [...counts, ...silent.map((runner) => crashed(runner, 'it did not run'))].map((count) => {
    const least = floor[count.runner];
    if (least === undefined) return withProblem(count, 'it is not named in test/floor.json');
    if (count.passed >= least) return count;
    return withProblem(count, `${count.passed} tests passed, test/floor.json asks for at least ${least}`);
  });
}

/** A runner of which nothing is known but that it did not end well. @param {string} runner @param {string} problem @returns {Counts} */
export function crashed(runner, problem) {
  return { runner, passed: 0, failed: 0, skipped: 0, problems: [problem] };
}

/** @param {Counts} count @param {string} problem @returns {Counts} */
export function withProblem(count, problem) {
  return { ...count, problems: [...count.problems, problem] };
}

/**
 * The sum over all runners. A runner's problem counts as one failure each, so that the line never says "0 failed" of a run that
 * failed.
 *
 * @param {Counts[]} counts
 */
export function total(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped, problems } of counts) {
    sum.passed += passed;
    sum.failed += failed + problems.length;
    sum.skipped += skipped;
  }
  return sum;
}

/** The last line of a run: `N passed, N failed`, and `, N skipped` if any were. @param {Counts[]} counts */
export function summaryLine(counts) {
  const { passed, failed, skipped } = total(counts);
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** One line a runner, with its problems below. @param {Counts[]} counts */
export function table(counts) {
  const width = Math.max(...counts.map(({ runner }) => runner.length));
  const lines = counts.flatMap(({ runner, passed, failed, skipped, problems }) => [
    `  ${runner.padEnd(width)}  ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    ...problems.map((problem) => `  ${' '.repeat(width)}  failed: ${problem}`),
  ]);
  return lines.join('\n');
}
