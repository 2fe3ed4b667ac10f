// `npm run bench:gas`: measures the gas of each entry point (contracts/test/gas) and prints it beside the committed figures, the
// targets and the peers.
//   -- --json    writes one JSON document to standard output instead
//   -- --update  writes the figures to contracts/gas-snapshot.json, which `forge test` compares
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InterruptedError, runChild } from '../../infra/install/child.mjs';
import { YARDSTICKS, yardstickOf } from './gasTargets.mjs';

const SCRIPTS = dirname(fileURLToPath(import.meta.url));
const CONTRACTS = dirname(SCRIPTS);
const SNAPSHOT = join(CONTRACTS, 'gas-snapshot.json');

/**
 * Entry point → size → gas.
 *
 * @typedef {Record<string, Record<string, number>>} Figures
 */

/**
 * One figure and what it is held against. `missedBy` is a share of the target.
 *
 * @typedef {{ entryPoint: string, at: string, gas: number, committed?: number, target?: number, missedBy?: number, peers?: string }} Row
 */

/**
 * @param {string} report what `forge test --json` printed
 * @returns {Figures} entry points and their sizes in the order in which they were measured, suite by suite
 * @throws when a test failed or nothing was measured
 */
export function figuresOf(report) {
  /** @typedef {{ status: string, reason?: string | null, decoded_logs: string[] }} TestResult */
  const suites = /** @type {Record<string, { test_results: Record<string, TestResult> }>} */ (JSON.parse(report));
  /** @type {Figures} */
  const figures = {};
  for (const [suite, { test_results: tests }] of Object.entries(suites)) {
    for (const [test, result] of Object.entries(tests)) {
      if (result.status !== 'Success') throw new Error(`${suite} ${test}: ${result.reason ?? result.status}`);
      for (const line of result.decoded_logs) {
        const [, entryPoint, at, gas] = /^gas \| (.*) \| (.*): (\d+)$/.exec(line) ?? [];
        if (entryPoint !== undefined && at !== undefined) (figures[entryPoint] ??= {})[at] = Number(gas);
      }
    }
  }
  if (Object.keys(figures).length === 0) throw new Error('forge measured nothing');
  return figures;
}

/** @param {Figures} figures @param {Figures} committed @returns {Row[]} */
export function rowsOf(figures, committed) {
  return Object.entries(figures).flatMap(([entryPoint, bySize]) =>
    Object.entries(bySize).map(([at, gas]) => {
      const { target, peers } = yardstickOf(entryPoint, at) ?? {};
      const before = committed[entryPoint]?.[at];
      return {
        entryPoint,
        at,
        gas,
        ...(before !== undefined && { committed: before }),
        ...(target !== undefined && { target, missedBy: Math.max(0, gas / target - 1) }),
        ...(peers !== undefined && { peers }),
      };
    }),
  );
}

/** @param {Row[]} rows @returns {string} a line a figure; the entry point and its peers stand on the first of its lines */
export function tableOf(rows) {
  const header = ['entry point', 'size', 'gas', 'committed', 'target', '', 'peers'];
  const cells = rows.map((row, i) => {
    const previous = rows[i - 1];
    const again = previous?.entryPoint === row.entryPoint;
    return [
      again ? '' : row.entryPoint,
      row.at,
      row.gas.toLocaleString('en'),
      row.committed === undefined ? 'new' : percent(row.gas / row.committed - 1),
      row.target?.toLocaleString('en') ?? '',
      row.missedBy === undefined ? '' : row.missedBy === 0 ? 'ok' : `missed by ${(row.missedBy * 100).toFixed(1)} %`,
      again && previous.peers === row.peers ? '' : (row.peers ?? ''),
    ];
  });
  const widths = header.map((title, k) => Math.max(title.length, ...cells.map((line) => line[k]?.length ?? 0)));
  const numeric = new Set([2, 3, 4]);
  const render = (/** @type {string[]} */ line) =>
    line
      .map((cell, k) => (numeric.has(k) ? cell.padStart(widths[k] ?? 0) : cell.padEnd(widths[k] ?? 0)))
      .join('  ')
      .trimEnd();
  return [header, widths.map((width) => '-'.repeat(width)), ...cells].map(render).join('\n');
}

/** A change, with its sign. @param {number} share */
function percent(share) {
  return share === 0 ? '=' : `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}

/** @returns {Promise<string>} what forge reports */
async function measure() {
  let report = '';
  const status = await runChild(
    process.execPath,
    [join(SCRIPTS, 'forge.mjs'), 'test', '--match-path', 'test/gas/*', '--json', '-vv'],
    {
      cwd: CONTRACTS,
      env: { ...process.env, ALA_GAS_BENCH: 'true' },
      stdio: ['ignore', 'pipe', 'inherit'],
      onStart: (child) => {
        child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => (report += chunk));
      },
    },
  );
  // A failed test is explained by the report.
  if (report.trim() === '') throw new Error(`forge ended with status ${status} and reported nothing`);
  return report;
}

/** @param {string[]} options */
async function main(options) {
  const unknown = options.filter((option) => option !== '--json' && option !== '--update');
  if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(', ')}; there are --json and --update`);
  const figures = figuresOf(await measure());
  const committed = existsSync(SNAPSHOT) ? /** @type {Figures} */ (JSON.parse(readFileSync(SNAPSHOT, 'utf8'))) : {};
  const rows = rowsOf(figures, committed);
  const missing = YARDSTICKS.filter(({ entryPoint }) => figures[entryPoint] === undefined);
  if (missing.length > 0) throw new Error(`not measured: ${missing.map(({ entryPoint }) => entryPoint).join('; ')}`);
  if (options.includes('--update')) writeFileSync(SNAPSHOT, `${JSON.stringify(figures, undefined, 2)}\n`);
  process.stdout.write(`${options.includes('--json') ? JSON.stringify({ rows }, undefined, 2) : tableOf(rows)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (error instanceof InterruptedError) process.exitCode = error.status;
    else {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}
