import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A world's chains, its guardian and what else listens lie within so many ports. */
const PORTS_A_JOB = 20;

export interface Jobs {
  readonly jobs: number;
  readonly from: number;
  readonly seeds: number;
  readonly basePort: number;
  /** Options that all processes get. */
  readonly rest: readonly string[];
}

/** Divides the seeds among processes, each with chains and a database of its own. @returns the worst of their statuses. */
export async function runJobs({ jobs, from, seeds, basePort, rest }: Jobs, signal: AbortSignal): Promise<number> {
  const statuses = sharesOf(from, seeds, jobs).map((share, index) => {
    const ports = ['--base-port', String(basePort + index * PORTS_A_JOB)];
    const args = ['--from', String(share.from), '--seeds', String(share.seeds), ...ports, ...rest];
    return runProcess(args, signal);
  });
  return Math.max(...(await Promise.all(statuses)));
}

/** As even as can be, none empty. */
export function sharesOf(from: number, seeds: number, jobs: number): { from: number; seeds: number }[] {
  const count = Math.min(jobs, seeds);
  const start = (index: number): number => from + Math.floor((seeds * index) / count);
  return Array.from({ length: count }, (_, index) => ({ from: start(index), seeds: start(index + 1) - start(index) }));
}

function runProcess(args: readonly string[], signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('job.js', import.meta.url)), [...args], { stdio: 'inherit' });
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
}
