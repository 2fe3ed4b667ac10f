import { toQuantity } from 'ethers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { balanceOf } from '@ala/infra/devnet/bridges/transfers';
import { CHAIN_NAMES, type ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { eventTopic, readEvent } from '@ala/infra/devnet/chain/events';
import { chainTimeSec, moveTime } from '@ala/infra/devnet/chain/moveTime';
import { replaceBlocksAbove } from '@ala/infra/devnet/chain/replaceBlocks';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { fundLps, lpOf } from '@ala/infra/devnet/scenario/fundLps';
import { claimAll } from '@ala/infra/devnet/scenario/claims';
import {
  liquidate,
  openPosition,
  releasePosition,
  setPrice,
  type OpenedAuction,
} from '@ala/infra/devnet/scenario/liquidation';
import { placeBids, type PlacedBid } from '@ala/infra/devnet/scenario/placeBids';
import type { PlannedBid } from '@ala/infra/devnet/scenario/plannedBids';
import { ETHER } from '@ala/infra/devnet/scenario/positions';
import { readHeads } from '@ala/infra/devnet/scenario/readHeads';
import { AuctionWatch } from '@ala/infra/devnet/scenario/watchAuction';
import { ABI, chainOfSpoke, type World } from '@ala/infra/devnet/scenario/world';
import { readCalledPools } from '../calledPools.js';
import { checkBalances } from '../check-balances/checkBalances.js';
import { startLiveNetwork, type LiveNetwork } from '../liveNetwork.js';
import { Effects } from './effects.js';
import { readBookTwice } from './reread.js';

const PATIENCE_MS = 30_000;
const START_PRICE = 2_000;
const dollars = (whole: number): bigint => BigInt(whole) * 10n ** 6n;

/** Enough for every auction here; each draws a third from each spoke. */
const BOOK: readonly PlannedBid[] = [
  { lp: 0, spoke: 1, tier: 1, amount: dollars(150_000) },
  { lp: 2, spoke: 2, tier: 1, amount: dollars(150_000) },
  { lp: 4, spoke: 3, tier: 1, amount: dollars(150_000) },
];
/** Cheaper than all others: where it stands, it is drawn whole. */
const CHEAPEST: PlannedBid = { lp: 1, spoke: 1, tier: 0, amount: dollars(12_000) };

let network: LiveNetwork;
let world: World;
let effects: Effects;
let bids: PlacedBid[];

beforeAll(async () => {
  network = await startLiveNetwork({ basePort: 18_750 });
  ({ world } = network);
  effects = Effects.open(world, network.databaseUrl);
  const isReady = async (): Promise<true | null> => {
    const answer = await fetch(`${network.relayerUrl}/readyz`).catch(() => null);
    return answer?.status === 200 ? true : null;
  };
  await waitFor(isReady, { what: 'the node to be ready', timeoutMs: PATIENCE_MS });
  await fundLps(world, [...BOOK, CHEAPEST]);
  [bids] = await Promise.all([placeBids(world, BOOK), openPosition(world)]);
  await passTime(bids[0]!.activeAtSec);
});

afterAll(async () => {
  await effects.close();
  await network.stop();
});

/** Whatever a chain takes back, in the end each effect is there once, and everybody has what is his. */
afterEach(async () => {
  await effects.settled();
  const sent = await effects.sent();
  // What was simulated before a reorg and mined after it may have reverted.
  const once = sent.filter(({ key, onChain }) => onChain === 'succeeded' && !key.startsWith('carry:'));
  expect(once.map(({ key }) => key)).toEqual([...new Set(once.map(({ key }) => key))]);
  expect((await checkBalances(network.deploymentPath)).failures).toEqual([]);
});

const providerOf = (name: ChainName) => world.devnet.chains[name].provider;
const passTime = (untilSec: number): Promise<void> => moveTime(CHAIN_NAMES.map(providerOf), untilSec);

/** An auction, and how to follow it; after a reorg from the beginning. */
interface Liquidation {
  readonly auction: OpenedAuction;
  readonly watch: () => AuctionWatch;
}

async function fall(): Promise<Liquidation> {
  const startBlocks = await readHeads(world.devnet);
  await setPrice(world, ETHER.fallenPrice);
  const auction = await liquidate(world);
  return { auction, watch: () => AuctionWatch.open(world, auction, startBlocks) };
}

/** Ends an auction in which all goes well from here on, and opens the next position. */
async function cover({ auction, watch }: Liquidation): Promise<AuctionWatch> {
  const watching = watch();
  const { progress } = watching;
  await watching.until('covering the debt', PATIENCE_MS, () => progress.debtCovered === auction.debtToCover);
  await releasePosition(world);
  await watching.until('bringing the results home', PATIENCE_MS, () => progress.allHome);
  expect(progress.rounds).toBe(1);
  await setPrice(world, START_PRICE);
  await openPosition(world);
  return watching;
}

async function calledEverywhere({ watch }: Liquidation): Promise<void> {
  const watching = watch();
  const legs = watching.progress.legs;
  await watching.until(
    'calling capital',
    PATIENCE_MS,
    () => legs.size === 3 && [...legs.values()].every((leg) => leg.drawn > 0n),
  );
}

async function whileWitnessesAreSilent<Result>(act: () => Promise<Result>): Promise<Result> {
  const { dvn, guardian } = world.devnet.standIns;
  await Promise.all([dvn.stop(), guardian.stop()]);
  const result = await act();
  // They read their chains again from the beginning.
  await Promise.all([dvn.start(), guardian.start()]);
  return result;
}

/** Blocks of the hub in which plans of the auction were committed, with their hashes. */
async function commitsOf({ auctionId }: OpenedAuction): Promise<{ blockNumber: number; planHash: string }[]> {
  const { auctionHub: address } = world.deployment.hub;
  const topics = [eventTopic(ABI.hub, 'PlanCommitted'), auctionId];
  const logs = await providerOf('hub').getLogs({ address, topics, fromBlock: 0 });
  return logs.map((log) => ({
    blockNumber: log.blockNumber,
    planHash: String(readEvent(ABI.hub, log).args['planHash']),
  }));
}

async function callBlockOf(spokeId: number, { auctionId }: OpenedAuction): Promise<number> {
  const spoke = world.deployment.spokes.find(({ id }) => (id as number) === spokeId)!;
  const { provider } = chainOfSpoke(world, spoke);
  const topics = [eventTopic(ABI.spoke, 'CapitalCalled')];
  const logs = await provider.getLogs({ address: spoke.spoke, topics, fromBlock: 0 });
  const [call] = logs.filter((log) => readEvent(ABI.spoke, log).args['auctionId'] === auctionId);
  return call!.blockNumber;
}

test('a bid that a reorg of its spoke removes is gone everywhere, and its LP can place it again', async () => {
  const { spokeA } = world.devnet.chains;
  const keep = await spokeA.provider.getBlockNumber();
  const [removed] = await placeBids(world, [CHEAPEST]);
  const isInBook = 'select from bids where spoke = 1 and bid_id = $1';
  await effects.until('the node to read the bid', isInBook, [removed!.bidId]);
  await replaceBlocksAbove(spokeA.provider, keep);
  await effects.until('the node to forget the bid', `select where not exists (${isInBook})`, [removed!.bidId]);
  const lp = lpOf(world, CHEAPEST.lp).address;
  expect(await balanceOf(spokeA, world.devnet.tokens.tUSD.spokeA, lp)).toBe(CHEAPEST.amount);

  const [again] = await placeBids(world, [CHEAPEST]);
  await effects.until('the node to read the bid again', isInBook, [again!.bidId]);
  await passTime(again!.activeAtSec);
  bids.push(again!);
});

test('a plan that a reorg removes before anything was called is committed again, the same one', async () => {
  const { relayer } = world.devnet.accounts;
  const spokes = ['spokeA', 'spokeB'] as const;
  const setBalance = (wei: bigint): Promise<unknown> =>
    Promise.all(spokes.map((name) => providerOf(name).send('anvil_setBalance', [relayer.address, toQuantity(wei)])));
  await setBalance(0n);
  const liquidation = await fall();
  const watching = liquidation.watch();
  await watching.until('the plan', PATIENCE_MS, () => watching.progress.rounds > 0);
  const [first] = await commitsOf(liquidation.auction);
  await effects.until(
    'the node to know that the plan is committed',
    `select from outbox where key = 'commit:' || $1 and state = 'done'`,
    [first!.planHash],
  );
  await replaceBlocksAbove(providerOf('hub'), first!.blockNumber - 1);
  await setBalance(10n ** 20n);
  await cover(liquidation);
  const [again, ...others] = await commitsOf(liquidation.auction);
  expect([again!.planHash, others]).toEqual([first!.planHash, []]);
  // Where the first one was, there is an empty block.
  expect(again!.blockNumber).toBeGreaterThan(first!.blockNumber);
});

test('a plan and a call that reorgs remove while capital is on its way are had again, the same ones', async () => {
  const [liquidation, planHash] = await whileWitnessesAreSilent(async () => {
    const under = await fall();
    await calledEverywhere(under);
    const [commit] = await commitsOf(under.auction);
    const callBlock = await callBlockOf(1, under.auction);
    await replaceBlocksAbove(providerOf('hub'), commit!.blockNumber - 1);
    await replaceBlocksAbove(providerOf('spokeA'), callBlock - 1);
    await calledEverywhere(under);
    return [under, commit!.planHash] as const;
  });
  await cover(liquidation);
  expect((await commitsOf(liquidation.auction)).map((commit) => commit.planHash)).toEqual([planHash]);
});

test('an auction that a reorg of the hub removes is given up: what was called comes home, and it can be opened again', async () => {
  const hub = providerOf('hub');
  const { auctionId } = await whileWitnessesAreSilent(async () => {
    const liquidation = await fall();
    await calledEverywhere(liquidation);
    await replaceBlocksAbove(hub, liquidation.auction.blockNumber - 1);
    return liquidation.auction;
  });
  await effects.until(
    'the node to forget the auction',
    `select where not exists (select from auctions where auction_id = decode($1, 'hex'))`,
    [auctionId.slice(2)],
  );
  const again = await liquidate(world);
  expect(again.auctionId).not.toBe(auctionId);
  await effects.until(
    'what was called to arrive',
    `select from legs where kind = 'arrived' and auction_id = decode($1, 'hex') having count(*) = 2`,
    [auctionId.slice(2)],
  );
  // What arrived for nothing has to wait for a plan, and the next plan until the first one can no longer be called.
  await passTime((await chainTimeSec(hub)) + world.terms.callWindowSec + world.terms.settleWindowSec);
  const heads = Object.fromEntries(CHAIN_NAMES.map((name) => [name, 0])) as Record<ChainName, number>;
  await cover({ auction: again, watch: () => AuctionWatch.open(world, again, heads) });
  await effects.settled();
  const orphans = await readCalledPools(world, auctionId);
  expect(orphans.map(({ spoke }) => spoke).sort()).toEqual([1, 2]);
  for (const { drawn, refund, collateral } of orphans) expect([refund, collateral]).toEqual([drawn, 0n]);
});

test('LPs claim what they have earned, and the book is what a database reads that has seen no reorg', async () => {
  const claims = await claimAll(world, bids);
  expect(claims.find(({ bid }) => bid.tier === CHEAPEST.tier)?.gained.tETH).toBeGreaterThan(0n);
  await effects.settled();
  const { book, reread } = await readBookTwice(network.databaseUrl, world.deployment);
  expect(book['bids']).toHaveLength(BOOK.length + 1);
  expect(book).toEqual(reread);
});
