// `npm run mutate`: applies each break of test/mutation/mutations.mjs to a copy of the contracts, one at a time, and reports
// those that no test notices. Ends with 1 if one survives without a written reason, 2 if the list does not fit the code.
//   --only N,M   these alone, counted from 1      --json   the report as one line of JSON, last
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTATIONS } from '../test/mutation/mutations.mjs';
import { foundryBinary } from './foundry.mjs';

/** @typedef {import('../test/mutation/mutations.mjs').Mutation} Mutation */
/** @typedef {{ number: number, file: string, from: string, to: string, by: string | null, survives: string | undefined }} Outcome */

const CONTRACTS = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = dirname(CONTRACTS);
/** The copy stands beside links to what the contracts' tests read, so that their paths hold. */
const COPY = join(ROOT, '.ala', 'mutate');

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } });
const only = values.only?.split(',').map(Number);
const chosen = MUTATIONS.map((mutation, index) => ({ mutation, number: index + 1 })).filter(
  ({ number }) => only === undefined || only.includes(number),
);

const misfits = chosen.filter(({ mutation }) => sourceOf(mutation).split(mutation.from).length !== 2);
if (misfits.length !== 0 || chosen.length === 0) {
  for (const { mutation, number } of misfits) {
    console.error(`mutation ${number}: ${mutation.file} does not hold exactly once: ${mutation.from}`);
  }
  if (chosen.length === 0) console.error(`--only names none of the ${MUTATIONS.length} mutations`);
  process.exit(2);
}

copyContracts();
// A test that fails without any break would seem to notice all of them.
const without = await firstFailure(['--no-match-path', 'test/gas/*']);
if (without !== null) {
  console.error(`${without} fails on the contracts as they are: mend it first`);
  process.exit(2);
}
/** @type {Outcome[]} */
const outcomes = [];
for (const { mutation, number } of chosen) {
  const startedAt = Date.now();
  const { file, from, to, survives } = mutation;
  const by = await noticedBy(mutation);
  outcomes.push({ number, file, from, to, by, survives });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const verdict = by === null ? 'SURVIVES' : `noticed by ${by}`;
  console.log(
    `[${outcomes.length}/${chosen.length}] ${number} ${mutation.file}: ${shortly(mutation)}: ${verdict} (${seconds} s)`,
  );
}
rmSync(COPY, { recursive: true, force: true });

const survivors = outcomes.filter(({ by }) => by === null);
const unexplained = survivors.filter(({ survives }) => survives === undefined);
console.log(`\n${outcomes.length} breaks, ${outcomes.length - survivors.length} noticed, ${survivors.length} survive`);
for (const { number, file, from, to, survives } of survivors) {
  console.log(`  ${number} ${file}\n    - ${from}\n    + ${to}\n    ${survives ?? 'NO REASON WRITTEN'}`);
}
if (values.json) console.log(JSON.stringify({ ok: unexplained.length === 0, outcomes }));
process.exitCode = unexplained.length === 0 ? 0 : 1;

/** @param {Mutation} mutation */
function sourceOf({ file }) {
  return readFileSync(join(CONTRACTS, 'src', file), 'utf8');
}

/** @param {Mutation} mutation */
function shortly({ from, to }) {
  /** @param {string} text */
  const short = (text) => text.replace(/\s+/g, ' ').slice(0, 60);
  return to === '' ? `without "${short(from)}"` : `"${short(to)}"`;
}

function copyContracts() {
  rmSync(COPY, { recursive: true, force: true });
  mkdirSync(COPY, { recursive: true });
  cpSync(CONTRACTS, join(COPY, 'contracts'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('/cache/invariant') && !path.endsWith('/cache/test-failures'),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));
  symlinkSync(join(ROOT, 'test'), join(COPY, 'test'));
}

/**
 * The first test that fails on the broken contracts; null if all pass.
 *
 * @param {Mutation} mutation
 */
async function noticedBy(mutation) {
  const path = join(COPY, 'contracts', 'src', mutation.file);
  const source = sourceOf(mutation);
  writeFileSync(
    path,
    source.replace(mutation.from, () => mutation.to),
  );
  try {
    return (
      (await firstFailure(['--match-path', mutation.tests])) ?? (await firstFailure(['--no-match-path', 'test/gas/*']))
    );
  } finally {
    writeFileSync(path, source);
  }
}

/** @param {readonly string[]} which */
async function firstFailure(which) {
  const { status, output } = await forge(['test', '--fail-fast', ...which]);
  if (status === 0) return null;
  const failed = /^\[FAIL[^\n]*\] (\w+)\(/m.exec(output) ?? /^ (invariant_\w+)\(/m.exec(output);
  if (failed === null) throw new Error(`forge ended with ${status} without a failed test:\n${output.slice(-3000)}`);
  return failed[1] ?? null;
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function forge(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(foundryBinary('forge'), args, {
      cwd: join(COPY, 'contracts'),
      // A counterexample is enough; the smallest one is not looked for.
      env: { ...process.env, FOUNDRY_PROFILE: 'mutate' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}
