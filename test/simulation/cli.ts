import { parseArgs } from 'node:util';
import { BREAKS, isBreakName, type BreakName } from './breaks.js';
import { describeFailure } from './report.js';
import { runJobs } from './runJobs.js';
import { runSeed } from './runSeed.js';
import { startSimulatedNetwork, type SimulatedNetwork } from './simulatedNetwork.js';

const USAGE = `usage: npm run simulate -- [--seeds N] [--from SEED] [--jobs N] [--break NAME] [--base-port PORT]
       npm run simulate -- --seed SEED [--break NAME] [--base-port PORT]
breaks: ${Object.keys(BREAKS).join(', ')}`;
const DEFAULT_SEEDS = 100;
const DEFAULT_BASE_PORT = 19_400;
/** The chains and the guardian stand beside the base port. */
const HIGHEST_BASE_PORT = 65_000;
const MOST_JOBS = 16;
const PROGRESS_MS = 15_000;

class UsageError extends Error {}

interface Options {
  readonly from: number;
  readonly seeds: number;
  /** One seed, with every step. */
  readonly isReplay: boolean;
  readonly broken: BreakName | null;
  readonly basePort: number;
  /** Processes among which the seeds are divided. */
  readonly jobs: number;
}

/** Status 0: every world came to rest as it should; 1: one did not; 2: bad options. */
export async function main(argv: string[]): Promise<number> {
  let options: Options;
  try {
    options = readOptions(argv);
  } catch (error) {
    process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 2;
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const { jobs, from, seeds, basePort, broken } = options;
  if (jobs > 1) {
    const rest = broken === null ? [] : ['--break', broken];
    const beganMs = performance.now();
    const status = await runJobs({ jobs, from, seeds, basePort, rest }, interrupted.signal);
    const verdict = verdictOf(status, interrupted.signal);
    process.stdout.write(`${seeds} seeds from ${from} in ${jobs} processes, ${rateOf(beganMs, seeds)}, ${verdict}\n`);
    return status;
  }
  const network = await startSimulatedNetwork(options.basePort);
  try {
    return await runSeeds(network, options, interrupted.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await network.stop();
  }
}

function verdictOf(status: number, { aborted }: AbortSignal): string {
  if (status === 0) return 'none failed';
  return aborted ? 'interrupted: see above' : 'not all came to rest: see above';
}

async function runSeeds(network: SimulatedNetwork, options: Options, signal: AbortSignal): Promise<number> {
  const { from, seeds, isReplay, broken } = options;
  const run = {
    breaks: broken === null ? {} : BREAKS[broken],
    ...(isReplay && { onLine: (line: string) => void process.stdout.write(`${line}\n`) }),
  };
  const failed: number[] = [];
  const beganMs = performance.now();
  let saidMs = beganMs;
  let done = 0;
  for (; done < seeds && !signal.aborted; done++) {
    const result = await runSeed(network, from + done, run);
    if (result.problems.length > 0) {
      failed.push(result.seed);
      const replayOptions = broken === null ? '' : ` --break ${broken}`;
      process.stdout.write(`${describeFailure(result, replayOptions)}\n`);
    }
    if (performance.now() - saidMs < PROGRESS_MS) continue;
    saidMs = performance.now();
    process.stdout.write(`${done + 1} of ${seeds} seeds, ${rateOf(beganMs, done + 1)}, ${failed.length} failed\n`);
  }
  const which = failed.length === 0 ? '' : `: ${failed.join(', ')}`;
  process.stdout.write(`${done} seeds from ${from}, ${rateOf(beganMs, done)}, ${failed.length} failed${which}\n`);
  return failed.length === 0 && !signal.aborted ? 0 : 1;
}

function rateOf(beganMs: number, seeds: number): string {
  return `${((performance.now() - beganMs) / 1_000 / Math.max(1, seeds)).toFixed(2)} s a seed`;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string' },
      break: { type: 'string' },
      'base-port': { type: 'string' },
      jobs: { type: 'string' },
    },
  });
  const { seed, seeds, from, jobs, break: broken } = values;
  if (seed !== undefined && (seeds !== undefined || from !== undefined))
    throw new UsageError('--seed replays one seed: leave --seeds and --from out');
  if (seed !== undefined && jobs !== undefined) throw new UsageError('--seed replays one seed: leave --jobs out');
  if (broken !== undefined && !isBreakName(broken)) throw new UsageError(`there is no break ${broken}`);
  return {
    from: whole(seed === undefined ? '--from' : '--seed', seed ?? from ?? '1', 0xffff_ffff),
    seeds: seed === undefined ? whole('--seeds', seeds ?? String(DEFAULT_SEEDS), 1_000_000) : 1,
    isReplay: seed !== undefined,
    broken: broken ?? null,
    basePort: whole('--base-port', values['base-port'] ?? String(DEFAULT_BASE_PORT), HIGHEST_BASE_PORT),
    jobs: whole('--jobs', jobs ?? '1', MOST_JOBS),
  };
}

function whole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageError(`${option} wants a whole number from 1 to ${most}, not ${text}`);
}
