import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

export interface LoadArgs {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second that all connections send together, however long answers take; without it each sends the next one at once. */
  readonly rate?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What every answer has to have. */
  readonly status: 200 | 304;
}

export interface LoadResult {
  readonly requestsASec: number;
  /** Milliseconds; from when the request was due. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Report {
  readonly errors: number;
  readonly timeouts: number;
  readonly requests: { readonly average: number; readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
}

const program = createRequire(import.meta.url).resolve('autocannon');

/**
 * Loads an address with autocannon, in a process of its own.
 * @throws Error if any answer was another one than was to be measured.
 */
export async function load({ url, seconds, connections, rate, headers = {}, status }: LoadArgs): Promise<LoadResult> {
  const options = ['--json', '-c', String(connections), '-d', String(seconds)];
  if (rate !== undefined) options.push('-R', String(rate));
  for (const [name, value] of Object.entries(headers)) options.push('-H', `${name}=${value}`);
  const { errors, timeouts, requests, latency, statusCodeStats } = await run([...options, url]);
  const others = Object.keys(statusCodeStats).filter((code) => code !== String(status));
  if (errors > 0 || timeouts > 0 || others.length > 0 || requests.total === 0) {
    throw new Error(`${url}: not only ${status}: ${JSON.stringify({ errors, timeouts, statusCodeStats })}`);
  }
  return { requestsASec: requests.average, p50Ms: latency.p50, p99Ms: latency.p99 };
}

async function run(args: readonly string[]): Promise<Report> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`autocannon ended with ${String(status)}: ${said.slice(-500)}`);
  return JSON.parse(out) as Report;
}
