// What every command does first: install when the lockfile changed, compile what changed. Progress goes to standard error.
import { join } from 'node:path';
import { build } from './build.mjs';
import { installDependencies, installReason } from './dependencies.mjs';
import { acquireProcessLock } from './processLock.mjs';

/** A build that finds nothing to do takes less: only one that does is worth a word from a command that should be quiet. */
const QUIET_FOR_MS = 2_000;

/** Is given each child process. @typedef {(child: { pid?: number | undefined }) => void} OnStart */

/** Thrown when a step ended with a status that the whole command should end with. */
export class PreparationError extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status) {
    super(message);
    this.name = 'PreparationError';
    this.status = status;
  }
}

/**
 * Installs and compiles as far as needed. Only one process at a time does so in one checkout; others wait for it.
 *
 * @param {string} root the repository's folder
 * @param {{ quiet: boolean, only: string | undefined }} options `quiet` prints only what takes long or fails; `only` names the
 *   one workspace to compile with what it depends on
 * @returns {Promise<{ installMs: number, compileMs: number }>} how long each took
 * @throws {PreparationError}
 */
export async function prepare(root, options) {
  const lock = await acquireProcessLock(join(root, '.ala', 'prepare.lock'), {
    onWait: (pid) => say(`waiting for process ${pid}, which is installing or compiling here`),
  });
  /** @type {OnStart} */
  const onStart = ({ pid }) => {
    if (pid !== undefined) lock.shareWith(pid);
  };
  try {
    const installMs = await timed(() => install(root, onStart));
    if (!options.quiet) say(installMs < 1000 ? 'packages are installed' : `installed in ${seconds(installMs)}`);
    const compileMs = await timed(() => compile(root, { ...options, onStart }));
    if (!options.quiet) say(`compiled in ${seconds(compileMs)}`);
    return { installMs, compileMs };
  } finally {
    lock.release();
  }
}

/** @param {string} root @param {OnStart} onStart */
async function install(root, onStart) {
  const reason = installReason(root);
  if (reason === undefined) return;
  say(`installing packages from package-lock.json: ${reason}`);
  endOn('npm ci', await installDependencies(root, onStart));
}

/** @param {string} root @param {{ quiet: boolean, only: string | undefined, onStart: OnStart }} options */
async function compile(root, options) {
  const announce = setTimeout(
    () => say(`compiling ${options.only ?? 'contracts and TypeScript'}`),
    options.quiet ? QUIET_FOR_MS : 0,
  );
  try {
    endOn('the build', await build(root, options));
  } finally {
    clearTimeout(announce);
  }
}

/** @param {string} what @param {number} status */
function endOn(what, status) {
  if (status !== 0) throw new PreparationError(`${what} failed with status ${status}; see above`, status);
}

/** @param {() => Promise<void>} step */
async function timed(step) {
  const startedAtMs = performance.now();
  await step();
  return Math.round(performance.now() - startedAtMs);
}

/** @param {number} durationMs */
function seconds(durationMs) {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`ala: ${line}\n`);
}
