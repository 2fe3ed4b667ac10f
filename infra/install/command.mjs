// From a command's name to the program behind it.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InterruptedError } from './child.mjs';
import { PreparationError, prepare } from './prepare.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** How long a program that has said its status may take to let go of everything. */
const LINGER_MS = 5_000;

/**
 * What a command's module exports: `main` gets the command's arguments and how long the preparation took, and answers the exit
 * status. A module without it is a script, which has done its work when it is imported and sets `process.exitCode`.
 *
 * @typedef {{ main?: (argv: string[], preparation: { installMs: number, compileMs: number }) => Promise<number> }} Program
 */

/**
 * `subcommands` are programs of their own, which need other workspaces than the command does.
 *
 * @typedef {{ module?: string, quiet?: boolean, only?: string, subcommands?: Record<string, Command> }} Command
 */

/** @type {Record<string, Command>} */
const COMMANDS = {
  build: {},
  start: { module: 'infra/dist/start.js' },
  test: { module: 'infra/checks/runAll.mjs' },
  bench: { module: 'test/dist/bench/bench.js' },
  simulate: { module: 'test/dist/simulation/cli.js' },
  cli: {
    module: 'relayer/dist/cli.js',
    quiet: true,
    only: '@ala/relayer',
    subcommands: {
      start: { module: 'infra/dist/start.js' },
      devnet: { module: 'infra/dist/devnet/cli.js' },
      deploy: { module: 'deploy/dist/cli.js', quiet: true, only: '@ala/deploy' },
    },
  },
};

/**
 * Prepares the checkout, then runs the command's program in this process.
 *
 * @param {string[]} argv the command's name and its own arguments
 */
export async function runCommand([name = '', ...argv]) {
  const named = own(COMMANDS, name);
  if (named === undefined) {
    process.stderr.write(`usage: node infra/run.mjs ${Object.keys(COMMANDS).join('|')} [arguments]\n`);
    process.exitCode = 2;
    return;
  }
  const subcommand = own(named.subcommands ?? {}, argv[0] ?? '');
  const command = subcommand ?? named;
  if (subcommand !== undefined) argv = argv.slice(1);
  try {
    const timings = await prepare(ROOT, { quiet: command.quiet ?? false, only: command.only });
    if (command.module === undefined) return;
    const file = join(ROOT, command.module);
    process.argv = [process.execPath, file, ...argv];
    const { main } = /** @type {Program} */ (await import(pathToFileURL(file).href));
    if (main !== undefined) endWith(await main(argv, timings));
  } catch (error) {
    if (!(error instanceof PreparationError || error instanceof InterruptedError)) throw error;
    process.stderr.write(`ala: ${error.message}\n`);
    process.exitCode = error.status;
  }
}

/** @param {Record<string, Command>} commands @param {string} name */
function own(commands, name) {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/**
 * Lets open output drain instead of cutting it off, but names what a program forgot to close and ends.
 *
 * @param {number} status
 */
function endWith(status) {
  process.exitCode = status;
  setTimeout(() => {
    process.stderr.write(`ala: still open at the end: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit();
  }, LINGER_MS).unref();
}
