// Runs one child process to its end. Signals that reach this process are passed on, so that no child outlives it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const PASSED_ON = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * What a group gets that has not ended some time after it was told to.
 *
 * @type {readonly (readonly [NodeJS.Signals, number])[]}
 */
const ESCALATION = [
  ['SIGTERM', 10_000],
  ['SIGKILL', 20_000],
];

/** Thrown when this process was asked to end while a child ran. The child has ended; the caller should end with `status`. */
export class InterruptedError extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.name = 'InterruptedError';
    this.status = 128 + constants.signals[signal];
  }
}

/**
 * Runs a command and waits for its end.
 *
 * The child leads a process group of its own: Ctrl-C on a terminal reaches this process alone, which passes it on once, to
 * the whole group, so that programs that count signals see one, and grandchildren end also where their parent forgets them.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { onStart?: (child: import('node:child_process').ChildProcess) => void }} [options]
 *   standard output and error are inherited unless told; `onStart` may attach to piped streams
 * @returns {Promise<number>} its exit status, as a shell would give it
 * @throws {InterruptedError}
 */
export function runChild(command, args, { onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | undefined} */
    let received;
    /** @type {NodeJS.Timeout[]} */
    const escalation = [];
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      received = signal;
      const { pid } = child;
      if (pid === undefined) return;
      signalGroup(pid, signal);
      // A shell that gets SIGINT while it forks waits for the new child, which got nothing.
      escalation.push(...ESCALATION.map(([later, afterMs]) => setTimeout(() => signalGroup(pid, later), afterMs)));
    };
    // Before the child exists: it may be signalled the moment it runs.
    for (const signal of PASSED_ON) process.on(signal, passOn);
    const settle = () => {
      escalation.forEach(clearTimeout);
      for (const signal of PASSED_ON) process.off(signal, passOn);
    };
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options, detached: true });
    child.once('error', (cause) => {
      settle();
      reject(new Error(`cannot run ${command}: ${cause.message}`, { cause }));
    });
    child.once('close', (status, signal) => {
      settle();
      if (received !== undefined) {
        // Whom the leader started while the signal was on its way has not got it.
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGTERM');
        reject(new InterruptedError(received));
      } else resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]);
    });
    onStart?.(child);
  });
}

/** @param {number} leaderPid @param {NodeJS.Signals} signal */
function signalGroup(leaderPid, signal) {
  try {
    process.kill(-leaderPid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
