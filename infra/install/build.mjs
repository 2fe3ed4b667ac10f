// Compiles workspaces in the order of their dependencies; turbo skips what has not changed.
import { join } from 'node:path';
import { runChild } from './child.mjs';

/**
 * Everything turbo and the compilers print goes to standard error.
 *
 * @param {string} root the repository's folder
 * @param {{ quiet: boolean, only: string | undefined, onStart: (turbo: { pid?: number | undefined }) => void }} options `quiet` holds it back, unless the build fails; `only` names a
 *   workspace that is built with what it depends on, instead of all
 * @returns {Promise<number>} the exit status
 */
export async function build(root, { quiet, only, onStart }) {
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  const args = [turbo, 'run', 'build', '--output-logs=new-only', '--ui=stream', '--log-order=grouped'];
  if (only !== undefined) args.push(`--filter=${only}...`);
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  if (!quiet) return runChild(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2], onStart });

  /** @type {Buffer[]} */
  const heldBack = [];
  const status = await runChild(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    onStart: (child) => {
      onStart(child);
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (/** @type {Buffer} */ chunk) => heldBack.push(chunk));
    },
  });
  if (status !== 0) process.stderr.write(Buffer.concat(heldBack));
  return status;
}
