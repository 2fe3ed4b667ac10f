import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { liquidate, openPosition, setPrice } from '@ala/infra/devnet/scenario/liquidation';
import { ETHER, type Position } from '@ala/infra/devnet/scenario/positions';
import type { ScenarioResult } from '@ala/infra/devnet/scenario/result';
import { runLiquidation } from '@ala/infra/devnet/scenario/scenarios';
import type { World } from '@ala/infra/devnet/scenario/world';
import { startLiveNetwork, type LiveNetwork } from './liveNetwork.js';
import { clearByHand, commitByHand, withFills } from './planByHand.js';

/** For one ether. */
const START_PRICE_DOLLARS = 2_000;

let network: LiveNetwork;
let result: ScenarioResult;

beforeAll(async () => {
  network = await startLiveNetwork({ basePort: 18_720 });
  result = await runLiquidation(network.world);
  await network.stopRelayerAndDatabase();
});

afterAll(() => network.stop());

interface Answer {
  readonly status: number | null;
  readonly lines: readonly string[];
}

/** The command as the README names it, with no database to go to. */
function verify(auctionId: string): Promise<Answer> {
  const env = { ...process.env, DATABASE_URL: '' };
  const args = ['verify', auctionId, '--deployment', network.deploymentPath];
  const child = spawn(join(repositoryRoot(), 'ala'), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, lines: output.trimEnd().split('\n') }));
  });
}

/** The ether loan at half its scale, so that what the first liquidations left covers it without the cheapest pool. */
const HALF: Position = { ...ETHER, depositWhole: ETHER.depositWhole / 2, debt: ETHER.debt / 2n };

/** The borrower has taken back what the first liquidation left, and takes out a loan at the old price again. */
async function borrowAgain(world: World): Promise<void> {
  await setPrice(world, START_PRICE_DOLLARS);
  await openPosition(world, HALF);
}

test("yes for the scenario's auction, from the chains alone", async () => {
  const { status, lines } = await verify(result.auction.id);
  expect(lines).toEqual([expect.stringMatching(/^yes {2}round 0 {2}plan 0x[0-9a-f]{64}$/)]);
  expect(status).toBe(0);
});

test('no for a plan of the quorum that skips a cheaper pool, and it names the pool', async () => {
  const { world } = network;
  await borrowAgain(world);
  await setPrice(world, ETHER.fallenPrice);
  const { auctionId } = await liquidate(world, HALF);
  const byHand = await clearByHand(world, auctionId);

  const [cheapest, ...others] = byHand.fills;
  const dearest = byHand.fills.at(-1);
  const room = byHand.pools.find((pool) => pool.spoke === dearest?.spoke && pool.tier === dearest.tier);
  if (cheapest === undefined || dearest === undefined || room === undefined) throw new Error('nothing was cleared');
  expect(dearest.tier).toBeGreaterThan(cheapest.tier);
  const moved = room.available - dearest.amount;
  const skipping = others.map((fill) => (fill === dearest ? { ...fill, amount: fill.amount + moved } : fill));
  await commitByHand(world, withFills(world, byHand, skipping), byHand.snapshot);

  const { status, lines } = await verify(auctionId);
  expect(lines).toEqual([
    expect.stringMatching(/^no {3}round 0 {2}plan 0x[0-9a-f]{64}$/),
    `     pool (spoke ${cheapest.spoke}, tier ${cheapest.tier}): the plan draws 0, the clearing ${cheapest.amount}`,
    `     pool (spoke ${dearest.spoke}, tier ${dearest.tier}): the plan draws ${room.available}, the clearing ${dearest.amount}`,
  ]);
  expect(status).toBe(1);
});
