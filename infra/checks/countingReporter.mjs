// A vitest reporter that writes how many tests of each project ended how. Beside it vitest's own reporter prints progress.
import { writeFileSync } from 'node:fs';

/** The file to write to: JSON, a list of Counts. */
export const COUNTS_FILE_VARIABLE = 'ALA_COUNTS_FILE';

export default class CountingReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Map<string, import('./counts.mjs').Counts>} */
    const byProject = new Map();
    for (const module of modules) {
      const runner = module.project.name;
      const counts = byProject.get(runner) ?? { runner, passed: 0, failed: 0, skipped: 0, problems: [] };
      byProject.set(runner, counts);
      for (const test of module.children.allTests()) counts[keyOf(test.result().state)] += 1;
      counts.problems.push(...brokenParts(module));
    }
    const list = [...byProject.values()];
    // They belong to no file, so any project will do for the sum.
    for (const error of unhandledErrors) list[0]?.problems.push(`unhandled error: ${error.message}`);
    const file = process.env[COUNTS_FILE_VARIABLE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(list));
  }
}

/**
 * A test that never got a result was not run: it counts as failed.
 *
 * @param {'passed' | 'failed' | 'skipped' | 'pending'} state
 */
function keyOf(state) {
  return state === 'pending' ? 'failed' : state;
}

/** Files and suites that failed outside their tests: an import, a hook. @param {import('vitest/node').TestModule} module */
function brokenParts(module) {
  const suites = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0);
  return suites.map((part) => {
    const name = part.type === 'module' ? part.relativeModuleId : `${module.relativeModuleId} > ${part.fullName}`;
    return `${name}: ${part.errors()[0]?.message ?? 'unknown error'}`;
  });
}
