// Writes the ABIs of everything under contracts/src that can be deployed to shared/src/abi, one TypeScript file a contract, in ethers'
// human-readable form, and the custom errors of all of them together to errors.ts. `--check` writes nothing and fails when the committed files are not what the contracts say.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fragment, Interface } from 'ethers';

const CONTRACTS = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = join(CONTRACTS, 'out');
const TARGET = join(CONTRACTS, '..', 'shared', 'src', 'abi');

/**
 * The part of forge's output that is read here; `compilationTarget` is source path → contract name.
 *
 * @typedef {{ abi: import('ethers').JsonFragment[], bytecode: { object: string }, metadata?: { settings?: { compilationTarget?: Record<string, string> } } }} Artifact
 */

/**
 * Contracts that run a part of their functions from another one: the interface has all of them, with the names of their arguments.
 *
 * @type {Partial<Record<string, string>>}
 */
const INTERFACES = { AuctionHub: 'IAuctionHub', LiquiditySpoke: 'ILiquiditySpoke' };

/** @returns {Map<string, string>} file name → content, sorted by name */
function wantedFiles() {
  /** @type {Map<string, string>} */
  const files = new Map();
  /** @type {Set<string>} */
  const errors = new Set();
  const artifacts = readdirSync(OUT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
  for (const path of artifacts.sort()) {
    const { abi, bytecode, metadata } = /** @type {Artifact} */ (JSON.parse(readFileSync(join(OUT, path), 'utf8')));
    const [source, name] = Object.entries(metadata?.settings?.compilationTarget ?? {})[0] ?? ['', ''];
    if (
      !source.startsWith('src/') ||
      abi.length === 0 ||
      bytecode.object === '0x' ||
      !existsSync(join(CONTRACTS, source))
    )
      continue;
    const file = `${lowerFirst(name)}.ts`;
    if (files.has(file)) throw new Error(`two contracts under contracts/src are named ${name}`);
    files.set(file, render(name, source, withInterface(abi, INTERFACES[name])));
    for (const line of new Interface(abi.filter(({ type }) => type === 'error')).format()) errors.add(line);
  }
  if (files.size === 0) throw new Error(`no compiled contract in ${OUT}: run "npm run build" in contracts first`);
  files.set('errors.ts', renderErrors([...errors].sort()));
  return files;
}

/**
 * @param {Artifact['abi']} abi
 * @param {string | undefined} name
 * @returns {Artifact['abi']}
 */
function withInterface(abi, name) {
  if (name === undefined) return abi;
  const artifact = readdirSync(OUT, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`/${name}.json`),
  );
  if (artifact === undefined) throw new Error(`no compiled interface ${name} in ${OUT}`);
  const { abi: all } = /** @type {Artifact} */ (JSON.parse(readFileSync(join(OUT, artifact), 'utf8')));
  const functions = all.filter(({ type }) => type === 'function');
  const named = new Set(functions.map((fragment) => Fragment.from(fragment).format('sighash')));
  const others = abi.filter(
    (fragment) =>
      fragment.type !== 'fallback' &&
      !(fragment.type === 'function' && named.has(Fragment.from(fragment).format('sighash'))),
  );
  return [...others, ...functions];
}

/** @param {string} name @param {string} source @param {Artifact['abi']} abi */
function render(name, source, abi) {
  const lines = new Interface(abi).format().map((line) => `  ${JSON.stringify(line)},\n`);
  return (
    `// Generated from contracts/${source} by "npm run abis --workspace contracts". Not edited by hand.\n` +
    `/** The ABI of ${name}, for ethers' Interface. */\n` +
    `export const ${lowerFirst(name)}Abi = [\n${lines.join('')}] as const;\n`
  );
}

/** @param {string[]} lines */
function renderErrors(lines) {
  return (
    `// Generated from contracts/src by "npm run abis --workspace contracts". Not edited by hand.\n` +
    `/** The custom errors of all contracts, for ethers' Interface. */\n` +
    `export const errorsAbi = [\n${lines.map((line) => `  ${JSON.stringify(line)},\n`).join('')}] as const;\n`
  );
}

/** `AuctionHub` → `auctionHub`, `IBridgePort` → `iBridgePort`. @param {string} name */
function lowerFirst(name) {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** @param {Map<string, string>} wanted @returns {string[]} the names that differ, are missing or should not be there */
function differences(wanted) {
  const present = existsSync(TARGET) ? readdirSync(TARGET) : [];
  const changed = [...wanted].filter(
    ([file, content]) => !present.includes(file) || readFileSync(join(TARGET, file), 'utf8') !== content,
  );
  return [...changed.map(([file]) => file), ...present.filter((file) => !wanted.has(file))].sort();
}

const wanted = wantedFiles();
const different = differences(wanted);
if (process.argv.includes('--check')) {
  if (different.length > 0) {
    process.stderr.write(
      `shared/src/abi is not what the contracts say (${different.join(', ')}): run "npm run abis --workspace contracts"\n`,
    );
    process.exitCode = 1;
  }
} else {
  mkdirSync(TARGET, { recursive: true });
  for (const file of different) {
    const content = wanted.get(file);
    if (content === undefined) rmSync(join(TARGET, file));
    else writeFileSync(join(TARGET, file), content);
  }
  process.stdout.write(`shared/src/abi: ${wanted.size} ABIs, ${different.length} changed\n`);
}
