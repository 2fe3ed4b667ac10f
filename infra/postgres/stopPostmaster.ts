import { endsWithin } from './processInfo.js';

/** A signal to PostgreSQL's main process and how long it gets to end; see "Shutting Down the Server" in its manual. */
const STEPS: readonly (readonly [NodeJS.Signals, number])[] = [
  // Fast: sessions are cut off, what is committed is written.
  ['SIGINT', 15_000],
  // Immediate: the next start replays the log.
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];

/** Ends a PostgreSQL server by its main process, gently first. Returns when the process is gone. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, timeoutMs] of STEPS) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    if (await endsWithin(pid, timeoutMs)) return;
  }
  throw new Error(`the PostgreSQL server with pid ${pid.toString()} does not end`);
}
