import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 20;

/** The command line of a running process; undefined when there is none, or only its remains that nobody has reaped. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return commandLineByPs(pid);
  try {
    const commandLine = readFileSync(`/proc/${pid.toString()}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return commandLine === '' ? undefined : commandLine;
  } catch {
    return undefined;
  }
}

function commandLineByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', pid.toString()], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Whether the process is gone before the time is over. */
export async function endsWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (commandLineOf(pid) !== undefined) {
    if (performance.now() > deadlineMs) return false;
    await delay(POLL_INTERVAL_MS);
  }
  return true;
}
