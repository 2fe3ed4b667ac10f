import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { CHAIN_NAMES, type ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { eventTopic, readEvent } from '@ala/infra/devnet/chain/events';
import { moveTime } from '@ala/infra/devnet/chain/moveTime';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { fundLps } from '@ala/infra/devnet/scenario/fundLps';
import { liquidate, openPosition, setPrice, type OpenedAuction } from '@ala/infra/devnet/scenario/liquidation';
import { placeBids } from '@ala/infra/devnet/scenario/placeBids';
import type { PlannedBid } from '@ala/infra/devnet/scenario/plannedBids';
import { BITCOIN, ETHER } from '@ala/infra/devnet/scenario/positions';
import { readHeads } from '@ala/infra/devnet/scenario/readHeads';
import { AuctionWatch } from '@ala/infra/devnet/scenario/watchAuction';
import { ABI, type World } from '@ala/infra/devnet/scenario/world';
import { checkBalances } from './check-balances/checkBalances.js';
import { startLiveNetwork, type LiveNetwork } from './liveNetwork.js';
import { Effects } from './reorg/effects.js';

const PATIENCE_MS = 30_000;
const dollars = (whole: number): bigint => BigInt(whole) * 10n ** 6n;

/** The cheaper pools are drawn empty by the first auction: a second plan that did not count it would call them again. */
const BOOK: readonly PlannedBid[] = [
  { lp: 0, spoke: 1, tier: 0, amount: dollars(30_000) },
  { lp: 2, spoke: 2, tier: 0, amount: dollars(30_000) },
  { lp: 4, spoke: 2, tier: 2, amount: dollars(50_000) },
];

let network: LiveNetwork;
let world: World;
let effects: Effects;
beforeAll(async () => {
  network = await startLiveNetwork({ basePort: 18_760 });
  ({ world } = network);
  effects = Effects.open(world, network.databaseUrl);
  await fundLps(world, BOOK);
  const [bids] = await Promise.all([placeBids(world, BOOK), openBoth()]);
  const activeAtSec = Math.max(...bids.map((bid) => bid.activeAtSec));
  await moveTime(CHAIN_NAMES.map(providerOf), activeAtSec);
});
afterAll(async () => {
  await effects.close();
  await network.stop();
});

const providerOf = (name: ChainName) => world.devnet.chains[name].provider;

async function openBoth(): Promise<void> {
  await openPosition(world, ETHER);
  await openPosition(world, BITCOIN);
}

/** Plans that wait for a block of the hub, in the pool of its node. */
async function commitsThatWait(): Promise<number> {
  const pool = (await providerOf('hub').send('txpool_content', [])) as {
    readonly pending: Readonly<Record<string, Readonly<Record<string, { readonly input: string }>>>>;
  };
  const { selector } = ABI.hub.getFunction('commitPlan')!;
  return Object.values(pool.pending)
    .flatMap((ofSender) => Object.values(ofSender))
    .filter(({ input }) => input.startsWith(selector)).length;
}

interface Commit {
  readonly auctionId: string;
  readonly planHash: string;
  readonly prevPlan: string;
  readonly blockNumber: number;
}

async function commits(): Promise<Commit[]> {
  const { auctionHub: address } = world.deployment.hub;
  const topics = [eventTopic(ABI.hub, 'PlanCommitted')];
  const logs = await providerOf('hub').getLogs({ address, topics, fromBlock: 0 });
  return logs.map((log) => {
    const { auctionId, planHash, plan } = readEvent(ABI.hub, log).args.toObject() as Omit<Commit, 'prevPlan'> & {
      readonly plan: { readonly prevPlan: string };
    };
    return { auctionId, planHash, prevPlan: plan.prevPlan, blockNumber: log.blockNumber };
  });
}

/** Legs that have been called on the spokes of other chains than the hub. */
async function calls(): Promise<number> {
  const elsewhere = world.deployment.spokes.filter(({ chain }) => chain !== world.deployment.hub.chain);
  const logs = elsewhere.map(({ chain, spoke: address }) =>
    providerOf(chain as ChainName).getLogs({ address, topics: [eventTopic(ABI.spoke, 'CapitalCalled')], fromBlock: 0 }),
  );
  return (await Promise.all(logs)).flat().length;
}

async function verify(auctionId: string): Promise<string> {
  const args = ['verify', auctionId, '--deployment', network.deploymentPath];
  return (await promisify(execFile)(join(repositoryRoot(), 'ala'), args)).stdout;
}

test('one block takes the plans of two auctions, the second counting the first, and the second is called once it has', async () => {
  const hub = providerOf('hub');
  await network.stopRelayer();
  const startBlocks = await readHeads(world.devnet);
  await setPrice(world, ETHER.fallenPrice, ETHER);
  await setPrice(world, BITCOIN.fallenPrice, BITCOIN);
  const auctions = [await liquidate(world, ETHER), await liquidate(world, BITCOIN)];
  const opened = auctions.at(-1)!.blockNumber;
  // A plan is cleared on a block that every chain has one above.
  const above = async (): Promise<true | null> => ((await hub.getBlockNumber()) > opened + 1 ? true : null);
  await waitFor(above, { what: 'blocks above the auctions', timeoutMs: PATIENCE_MS });

  await hub.send('evm_setAutomine', [false]);
  await hub.send('evm_setIntervalMining', [0]);
  const stoodAt = await hub.getBlockNumber();
  await network.startRelayer();
  const both = async (): Promise<true | null> => ((await commitsThatWait()) === 2 ? true : null);
  await waitFor(both, { what: 'two commits to wait for one block', timeoutMs: PATIENCE_MS });
  const watches = auctions.map((auction) => AuctionWatch.open(world, auction, startBlocks));
  const called = async (): Promise<true | null> => ((await calls()) >= 2 ? true : null);
  await waitFor(called, { what: 'both spokes to be called for the first', timeoutMs: PATIENCE_MS });
  await effects.until(
    'the call for the second to wait',
    `select from outbox where kind = 'call' and last_error = 'the plan before it waits for a block'`,
  );
  expect(await hub.getBlockNumber()).toBe(stoodAt);
  expect(await calls()).toBe(2);
  await hub.send('evm_setIntervalMining', [1]);

  for (const [index, watch] of watches.entries()) {
    const { progress } = watch;
    const { debtToCover } = auctions[index] as OpenedAuction;
    await watch.until('covering the debt', PATIENCE_MS, () => progress.debtCovered === debtToCover);
    await watch.until('bringing the results home', PATIENCE_MS, () => progress.allHome);
    expect(progress.rounds).toBe(1);
  }
  const [first, second, ...others] = await commits();
  expect(others).toEqual([]);
  expect(await calls()).toBe(3);
  expect(second).toMatchObject({ prevPlan: first?.planHash, blockNumber: first?.blockNumber });
  expect(new Set([first?.auctionId, second?.auctionId])).toEqual(new Set(auctions.map(({ auctionId }) => auctionId)));
  for (const { auctionId } of auctions) expect(await verify(auctionId)).toMatch(/^yes {2}round 0/);
  expect((await checkBalances(network.deploymentPath)).failures).toEqual([]);
});
