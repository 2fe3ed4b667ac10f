import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import { startDevnet } from '@ala/infra/devnet/devnet';
import { setPrice } from '@ala/infra/devnet/scenario/liquidation';
import { openWorld, type World } from '@ala/infra/devnet/scenario/world';
import { writeRelayerConfig } from '@ala/infra/supervisor/relayerProcess';
import type { Bench } from '../benchTools.js';
import { BIDS, insertManyBids } from '../book/manyBids.js';
import { withClient } from '../database.js';
import { atLeast, atMost, median, percentile, type Figure } from '../figures.js';
import { startMeasured, type MeasuredProcess } from '../measured.js';
import { BlockTimes } from './blockTimes.js';
import { blocksOfEvent, liquidateAll, openLoans, standBy } from './loans.js';

const BASE_PORT = 28_545;
const SINGLE = 10;
const AT_ONCE = 100;
const RECOVERIES = 3;
const FALLEN_PRICE = 1_850;
const PATIENCE_MS = 180_000;
/** Auctions that are not settled by then are not counted. */
const LIMIT_MS = 60_000;
const LOOK_MS = 25;
const MIB = 1_024 * 1_024;
/** Pools of a basket that no auction of the devnet is of: they weigh, and give nothing. */
const OTHERS = { basket: 2, firstSpoke: 101 };

/** A node as a process of its own, on the devnet with its real contracts, and a million bids in its database. */
export async function benchNode({ server, folder, say }: Bench): Promise<Figure[]> {
  const databaseUrl = await server.create('node', { migrated: true });
  await withClient(databaseUrl, (client) => insertManyBids(client, OTHERS));
  const dataDir = join(folder, 'devnet');
  mkdirSync(dataDir);
  const devnet = await startDevnet({ basePort: BASE_PORT, dataDir, standIns: { executorGraceMs: 0 } });
  const blockTimes = new BlockTimes(devnet);
  let node: MeasuredProcess | null = null;
  try {
    const ala = await deployAla(devnet);
    const world = openWorld(devnet, ala, () => undefined);
    await standBy(world);
    const borrowers = await openLoans(world, SINGLE + AT_ONCE + RECOVERIES);
    await setPrice(world, FALLEN_PRICE);
    say('  the devnet is up, and loans can be liquidated');
    const { deploymentPath } = ala;
    const config = writeRelayerConfig(devnet, { deploymentPath, databaseUrl, basePort: BASE_PORT });
    const start = (): MeasuredProcess => {
      const program = join(repositoryRoot(), 'relayer', 'dist', 'main.js');
      return startMeasured({ args: [program, '--config', config], logFile: join(folder, 'node.log') });
    };
    node = start();
    const plans = await planTimes(world, blockTimes, borrowers.splice(0, SINGLE));
    say(`  plans: p50 ${median(plans).toFixed(0)} ms`);
    const rate = await settledRate(world, borrowers.splice(0, AT_ONCE));
    say(`  ${rate.toFixed(1)} auctions settled a second`);
    const peak = node.peakMemory();
    const recoveries: number[] = [];
    for (const borrower of borrowers) {
      await node.kill('SIGKILL');
      recoveries.push(await recovery(world, borrower, () => (node = start())));
    }
    return figuresOf(plans, rate, peak, recoveries);
  } finally {
    await node?.kill('SIGTERM');
    await blockTimes.stop();
    await devnet.stop();
  }
}

function figuresOf(
  plans: readonly number[],
  rate: number,
  peak: number | null,
  recoveries: readonly number[],
): Figure[] {
  const none = { peer: null, peerName: '' };
  const bids = `${BIDS.toLocaleString('en')} bids in its database`;
  const note = `${plans.length} auctions, one after the other, on the devnet; from the last block that the snapshot waits for (a later second on every chain) to the block with the plan; the node is told of blocks over WebSockets; ${bids}`;
  return [
    {
      ...none,
      what: 'snapshot settled to plan on the hub, p50',
      unit: 'ms',
      ala: median(plans),
      target: atMost(20),
      note,
    },
    {
      ...none,
      what: 'snapshot settled to plan on the hub, p99',
      unit: 'ms',
      ala: percentile(plans, 0.99),
      target: atMost(100),
      note,
    },
    {
      ...none,
      what: 'auctions settled, whole loop',
      unit: 'auctions/s',
      ala: rate,
      target: atLeast(20),
      note: `${AT_ONCE} opened at once, one market, capital of the hub's own spoke; from the first opening to the last settlement within ${LIMIT_MS / 1_000} s`,
    },
    {
      ...none,
      what: 'memory of the node',
      unit: 'MiB RSS',
      ala: peak === null ? null : peak / MIB,
      target: atMost(300),
      note: `its peak after those auctions, with ${bids}`,
    },
    {
      ...none,
      what: 'kill -9 to the next transaction',
      unit: 's',
      ala: median(recoveries),
      target: atMost(3),
      note: `an auction was opened while the node was dead; from the start of the new process to its first transaction on the hub; median of ${recoveries.length}`,
    },
  ];
}

async function planTimes(world: World, blockTimes: BlockTimes, borrowers: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const borrower of borrowers) {
    const [opened] = await liquidateAll(world, [borrower]);
    if (opened === undefined) throw new Error('no auction was opened');
    const { auctionId, blockNumber } = opened;
    const committed = await until('a plan', async () =>
      (await blocksOfEvent(world, 'PlanCommitted', blockNumber)).get(auctionId),
    );
    const planned = blockTimes.of('hub', committed);
    const settled = await blockTimes.settledAtMs(blockNumber);
    if (planned !== null && settled !== null) times.push(planned - settled);
    await until('its settlement', async () =>
      (await blocksOfEvent(world, 'AuctionSettled', blockNumber)).get(auctionId),
    );
  }
  return times;
}

async function settledRate(world: World, borrowers: readonly string[]): Promise<number> {
  const fromBlock = (await world.devnet.chains.hub.provider.getBlockNumber()) + 1;
  const startedAtMs = performance.now();
  await liquidateAll(world, borrowers);
  for (;;) {
    const { size } = await blocksOfEvent(world, 'AuctionSettled', fromBlock);
    const elapsedMs = performance.now() - startedAtMs;
    if (size >= borrowers.length || elapsedMs > LIMIT_MS) return (1_000 * size) / elapsedMs;
    await delay(4 * LOOK_MS);
  }
}

/** Seconds. */
async function recovery(world: World, borrower: string, start: () => MeasuredProcess): Promise<number> {
  const { devnet } = world;
  const { provider } = devnet.chains.hub;
  const sent = () => provider.getTransactionCount(devnet.accounts.relayer.address, 'latest');
  const [opened] = await liquidateAll(world, [borrower]);
  const before = await sent();
  // By then its plan is due: nothing but the node itself is waited for.
  await until('later blocks', async () =>
    (await provider.getBlockNumber()) > (opened?.blockNumber ?? 0) + 3 ? true : undefined,
  );
  const startedAtMs = performance.now();
  start();
  await until('a transaction', async () => ((await sent()) > before ? true : undefined));
  return (performance.now() - startedAtMs) / 1_000;
}

async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${PATIENCE_MS / 1_000} s`);
    await delay(LOOK_MS);
  }
}
