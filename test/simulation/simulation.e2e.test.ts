import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../e2e/cli/alaCommand.js';
import { BREAKS, type BreakName } from './breaks.js';
import { runSeed, type SeedResult } from './runSeed.js';
import { startSimulatedNetwork, type SimulatedNetwork } from './simulatedNetwork.js';

/** What fits into a pipeline; the command runs as many as wanted. */
const SEEDS = 200;
/** On two cores; each has chains and a database of its own. */
const JOBS = 2;
const JOBS_PORT = 19_540;
/** Among so many worlds each break shows in at least one. */
const SEEDS_OF_A_BREAK = 20;

/** Hundreds of worlds on a busy machine. */
const PATIENCE_MS = 2_400_000;

let network: SimulatedNetwork;
beforeAll(async () => {
  network = await startSimulatedNetwork(19_500);
});
afterAll(() => network.stop());

/** The first world that a broken node does not survive, or null. */
async function firstFailure(broken: BreakName): Promise<SeedResult | null> {
  for (let seed = 1; seed <= SEEDS_OF_A_BREAK; seed++) {
    const result = await runSeed(network, seed, { breaks: BREAKS[broken] });
    if (result.problems.length > 0) return result;
  }
  return null;
}

it('comes to rest with everything done once, whatever goes wrong meanwhile', { timeout: PATIENCE_MS }, async () => {
  const options = ['--seeds', String(SEEDS), '--jobs', String(JOBS), '--base-port', String(JOBS_PORT)];
  const { status, output, errors } = await runProgram('npm', ['run', '--silent', 'simulate', '--', ...options]);
  expect(status, `${output}${errors}`).toBe(0);
  expect(output.match(/^100 seeds from (1|101), .* 0 failed$/gm)).toHaveLength(JOBS);
});

it.each([
  { seed: 3, which: 'a world like others' },
  { seed: 627, which: 'one in which a lock is let go of that another step waits for' },
])('goes the same way for the same seed: $seed, $which', { timeout: PATIENCE_MS }, async ({ seed }) => {
  const first = await runSeed(network, seed);
  const second = await runSeed(network, seed);
  expect(second.log.all).toEqual(first.log.all);
});

it('finds a node that sends a transaction before it stores it', { timeout: PATIENCE_MS }, async () => {
  const failure = await firstFailure('sendsBeforeItStores');
  expect(failure?.problems.join('\n')).toMatch(/transactions of the relayer, it knows of/);
});

it('finds a node that does not believe in effects that others brought about', { timeout: PATIENCE_MS }, async () => {
  const failure = await firstFailure('believesOnlyItself');
  expect(failure?.problems.join('\n')).toMatch(/effect \w+:.* is pending|still something to do/);
});
