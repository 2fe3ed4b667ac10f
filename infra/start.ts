import { join } from 'node:path';
import { bytecodeTable, addressTable, alaTable } from './devnet/describe.js';
import { runLiquidation, runRefund } from './devnet/scenario/scenarios.js';
import { openWorld } from './devnet/scenario/world.js';
import { Playground } from './devnet/playground/playground.js';
import { servePlayground } from './devnet/playground/server.js';
import { checkConservation } from './supervisor/conservation.js';
import { startNetwork, type Network } from './supervisor/network.js';
import { playgroundPort } from './supervisor/relayerProcess.js';
import { readOptions, USAGE, UsageError, type StartOptions } from './supervisor/options.js';
import { failureJson, resultJson, resultTable, stepLine } from './supervisor/report.js';

/** How long installation and compilation took before, which the report leaves out of its own time. */
export interface PreparationTimes {
  readonly installMs: number;
  readonly compileMs: number;
}

/** In the scenario with a refund the auction has to reach its deadline before the rest can go home. */
const REFUND_AUCTION_SEC = 30;

const USAGE_STATUS = 2;
const INTERRUPTED_STATUS = 130;

/**
 * `npm start`: devnet, database, relayer, one scenario, its result; then everything stays up until a signal, or with `--once`
 * ends. Answers the exit status: 0 when all went through.
 */
export async function main(argv: readonly string[], times?: PreparationTimes): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    say(USAGE);
    return 0;
  }
  let options: StartOptions;
  try {
    options = readOptions(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return USAGE_STATUS;
  }
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new Error('interrupted'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const startedAtMs = performance.now();
  try {
    const { status, json } = await run(options, times, startedAtMs, stop.signal);
    if (options.json) say(json);
    return status;
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED_STATUS;
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${problem}\n`);
    if (options.json) say(failureJson(problem, elapsedSince(startedAtMs)));
    return 1;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

interface Outcome {
  readonly status: number;
  readonly json: string;
}

async function run(
  options: StartOptions,
  times: PreparationTimes | undefined,
  startedAtMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const network = await startNetwork({
    basePort: options.basePort,
    dataDir: options.dataDir,
    progress: say,
    signal,
    ...(options.scenario === 'refund' && { terms: { auctionSec: REFUND_AUCTION_SEC } }),
  });
  try {
    say(
      `\n${[addressTable(network.devnet), alaTable(network.ala.deployment), bytecodeTable(network.devnet)].join('\n\n')}\n`,
    );
    if (times) say(`installed in ${times.installMs} ms, compiled in ${times.compileMs} ms; neither counts below\n`);
    const outcome = await runScenario(options, network, startedAtMs, signal);
    if (!options.once) {
      const world = openWorld(network.devnet, network.ala, (step) => say(stepLine(step)));
      const playground = await servePlayground(new Playground(world), playgroundPort(options.basePort));
      if (network.dashboardUrl !== null)
        say(`\ndashboard  ${network.dashboardUrl}\nyour bid   ${network.dashboardUrl}/bid`);
      say(`\neverything stays up; addresses are in ${join(network.devnet.dataDir, 'deployment.json')}; Ctrl-C ends it`);
      await abortion(signal).catch(() => undefined);
      await playground.stop();
    }
    return outcome;
  } finally {
    await network.stop();
  }
}

async function runScenario(
  options: StartOptions,
  network: Network,
  startedAtMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const world = openWorld(network.devnet, network.ala, (step) => say(stepLine(step)));
  const scenario = options.scenario === 'refund' ? runRefund : runLiquidation;
  const result = await Promise.race([scenario(world), relayerEnded(network), abortion(signal)]);
  const conservation = await checkConservation(network.ala.deploymentPath);
  const total = { ...result, elapsedMs: elapsedSince(startedAtMs) };
  say(`\n${conservation.table}\n\n${resultTable(world, total)}`);
  const problems = [...result.problems, ...conservation.problems];
  say(problems.length === 0 ? 'all went through' : problems.map((problem) => `PROBLEM: ${problem}`).join('\n'));
  return { status: result.ok && conservation.ok ? 0 : 1, json: resultJson(total, conservation) };
}

/** A relayer that is gone will not bring the scenario to its end. */
async function relayerEnded({ relayer }: Network): Promise<never> {
  const reason = await relayer.ended;
  throw new Error(`the relayer ended (${reason}); its log is ${relayer.logFile}`);
}

/** Rejects at the first signal to end. */
function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new Error('interrupted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

const elapsedSince = (startedAtMs: number): number => Math.round(performance.now() - startedAtMs);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
