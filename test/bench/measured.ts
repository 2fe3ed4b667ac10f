import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A program under measurement, as a process of its own. */
export interface MeasuredProcess {
  readonly pid: number;
  /** The most memory it has held so far, bytes; null where the system does not tell (only Linux does). */
  peakMemory(): number | null;
  /** Rejects when the program ends by itself, with the end of its log. */
  readonly failed: Promise<never>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface MeasuredProgram {
  readonly args: readonly string[];
  readonly logFile: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const QUOTED_CHARACTERS = 2_000;

/** Runs `node` with these arguments. */
export function startMeasured({ args, logFile, cwd, env }: MeasuredProgram): MeasuredProcess {
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${args.join(' ')}`);
  // Nothing that was measured outlives the bench.
  const endAlong = (): void => void child.kill('SIGKILL');
  process.once('exit', endAlong);
  let ending = false;
  const failed = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => {
      process.off('exit', endAlong);
      if (ending) return;
      const said = readFileSync(logFile, 'utf8').slice(-QUOTED_CHARACTERS);
      reject(new Error(`${args.join(' ')} ended with ${String(signal ?? code)}:\n${said}`));
    });
  });
  failed.catch(() => undefined);
  return {
    pid,
    peakMemory: () => peakMemoryOf(pid),
    failed,
    kill: (signal) => {
      ending = true;
      return end(child, signal);
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const hurry = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(hurry);
}

function peakMemoryOf(pid: number): number | null {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) * 1_024;
  } catch {
    return null;
  }
}
