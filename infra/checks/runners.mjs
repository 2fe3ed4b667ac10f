// The programs that hold tests or checks. Each prints its own progress and answers with counts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { foundryBinary } from '../../contracts/scripts/foundry.mjs';
import { runChild } from '../install/child.mjs';
import { COUNTS_FILE_VARIABLE } from './countingReporter.mjs';
import { crashed, withProblem } from './counts.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */

/**
 * A program that answers for one or more runners of test/floor.json.
 *
 * @typedef {{ covers: string[], run: (root: string) => Promise<Counts[]> }} Runner
 */

/** Of vitest.config.ts, those that are fast. */
const UNIT_PROJECTS = ['shared', 'relayer', 'dashboard', 'deploy', 'infra', 'test', 'database'];

/** @type {Record<string, Runner>} */
export const RUNNERS = {
  checks: { covers: ['checks'], run: runChecks },
  contracts: { covers: ['contracts'], run: runForge },
  unit: { covers: UNIT_PROJECTS, run: (root) => runVitest(root, UNIT_PROJECTS, ['--maxWorkers=2']) },
  e2e: { covers: ['e2e'], run: (root) => runVitest(root, ['e2e'], ['--no-file-parallelism']) },
};

/**
 * The order of the runners; those of one stage run side by side. The contracts are compiled for minutes by one thread that prints nothing:
 * all checks are through by then. Tests that start networks get both cores.
 */
export const STAGES = [['checks', 'contracts'], ['unit'], ['e2e']];

/** Linters, formatters and the compiler, one check each. @param {string} root @returns {Promise<Counts[]>} */
async function runChecks(root) {
  const bin = (/** @type {string} */ path) => [process.execPath, join(root, 'node_modules', path)];
  const contracts = join(root, 'contracts');
  const commands = {
    types: [...bin('typescript/bin/tsc'), '--build'],
    eslint: [...bin('eslint/bin/eslint.js'), '.', '--max-warnings=0'],
    imports: [process.execPath, join(root, 'infra/checks/checkImports.mjs')],
    prettier: [...bin('prettier/bin/prettier.cjs'), '--check', '.', '--log-level=warn'],
    'forge fmt': [foundryBinary('forge'), 'fmt', '--check'],
    'forge lint': [foundryBinary('forge'), 'lint', 'src', '--deny', 'warnings'],
  };
  const counts = { runner: 'checks', passed: 0, failed: 0, skipped: 0, problems: [] };
  for (const [name, [program = '', ...args]] of Object.entries(commands)) {
    const env = name === 'forge lint' ? { ...process.env, FOUNDRY_PROFILE: 'lint' } : process.env;
    const status = await runChild(program, args, { cwd: name.startsWith('forge') ? contracts : root, env });
    counts[status === 0 ? 'passed' : 'failed'] += 1;
    process.stdout.write(`  ${status === 0 ? '✓' : '✗'} ${name}\n`);
  }
  return [counts];
}

/**
 * forge ends with status 0 when it matches no test, so what counts is its closing line.
 *
 * @param {string} root @returns {Promise<Counts[]>}
 */
async function runForge(root) {
  let output = '';
  const status = await runChild(foundryBinary('forge'), ['test'], {
    cwd: join(root, 'contracts'),
    stdio: ['ignore', 'pipe', 'inherit'],
    onStart: (child) => {
      child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
        output += chunk;
        process.stdout.write(chunk);
      });
    },
  });
  return [forgeCounts(output, status)];
}

/**
 * @param {string} output what `forge test` printed
 * @param {number} status its exit status
 * @returns {Counts}
 */
export function forgeCounts(output, status) {
  const closing = /Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed, (\d+) skipped/;
  const match = closing.exec(stripVTControlCharacters(output));
  if (match === null) return crashed('contracts', `forge ended with status ${status} and counted no tests`);
  const [passed = 0, failed = 0, skipped = 0] = match.slice(1).map(Number);
  const counts = { runner: 'contracts', passed, failed, skipped, problems: [] };
  return status !== 0 && failed === 0 ? withProblem(counts, `forge ended with status ${status}`) : counts;
}

/**
 * @param {string} root
 * @param {string[]} projects of vitest.config.ts
 * @param {string[]} args
 * @returns {Promise<Counts[]>}
 */
async function runVitest(root, projects, args) {
  const folder = mkdtempSync(join(tmpdir(), 'ala-counts-'));
  const file = join(folder, 'counts.json');
  try {
    const status = await runChild(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        `--reporter=${join(root, 'infra/checks/countingReporter.mjs')}`,
        ...args,
      ],
      { cwd: root, env: { ...process.env, [COUNTS_FILE_VARIABLE]: file } },
    );
    return vitestCounts(readReport(file), projects, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file @returns {Counts[]} nothing when vitest did not get as far as writing it */
function readReport(file) {
  try {
    return /** @type {Counts[]} */ (JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * @param {Counts[]} reported
 * @param {string[]} projects those that were asked for
 * @param {number} status vitest's exit status
 * @returns {Counts[]} one for each project, in their order
 */
export function vitestCounts(reported, projects, status) {
  const counts = projects.map(
    (runner) => reported.find((count) => count.runner === runner) ?? crashed(runner, 'vitest ran none of its tests'),
  );
  const explained = counts.some(({ failed, problems }) => failed > 0 || problems.length > 0);
  const [first, ...rest] = counts;
  if (status === 0 || explained || first === undefined) return counts;
  return [withProblem(first, `vitest ended with status ${status}`), ...rest];
}
