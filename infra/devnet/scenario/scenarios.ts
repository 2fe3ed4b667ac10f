import { CHAIN_NAMES } from '../chain/chainSpec.js';
import { chainTimeSec, moveTime } from '../chain/moveTime.js';
import { liquidationProblems, refundProblems, secondMarketProblems } from './checks.js';
import { claimAll } from './claims.js';
import { fundLps } from './fundLps.js';
import { liquidate, openPosition, releasePosition, setPrice, type OpenedAuction } from './liquidation.js';
import { placeBids, type PlacedBid } from './placeBids.js';
import { BOOK, CRASHED_PRICE, type PlannedBid } from './plannedBids.js';
import { BITCOIN, ETHER, type Position } from './positions.js';
import { outcomeOf, summarize, type ScenarioResult } from './result.js';
import { readHeads } from './readHeads.js';
import { AuctionWatch } from './watchAuction.js';
import type { World } from './world.js';

const COVERED_MS = 120_000;
const HOME_MS = 60_000;
const DEADLINE_GRACE_MS = 20_000;

/** LPs stand by on three chains, and a borrower has a loan: everything before a price falls. */
export async function prepare(
  world: World,
  positions: readonly Position[] = [ETHER],
  book: readonly PlannedBid[] = BOOK,
): Promise<PlacedBid[]> {
  await fundLps(world, book);
  const open = async (): Promise<void> => {
    for (const position of positions) await openPosition(world, position);
  };
  const [bids] = await Promise.all([placeBids(world, book), open()]);
  await waitForActivation(world, bids);
  return bids;
}

/** Bids are active only minutes after they were placed: the devnet's clocks are moved on instead. */
async function waitForActivation(world: World, bids: readonly PlacedBid[]): Promise<void> {
  const activeAt = Math.max(...bids.map((bid) => bid.activeAtSec));
  const providers = CHAIN_NAMES.map((name) => world.devnet.chains[name].provider);
  await moveTime(providers, activeAt);
  world.say('all', 'time', `all clocks move on by ${world.terms.activationDelaySec} s: the bids are active`);
}

/**
 * The price of ether falls, and a position of 60,000 is liquidated by capital from all three spokes. While that capital is on its
 * way the price of bitcoin falls too: a second market of the same basket, for which the same bids stand by.
 */
export async function runLiquidation(world: World): Promise<ScenarioResult> {
  const startedAtMs = performance.now();
  const bids = await prepare(world, [ETHER, BITCOIN]);
  const first = await fallAndLiquidate(world, ETHER);
  await first.watch.until('the first plan', COVERED_MS, () => first.watch.progress.rounds > 0);
  const second = await fallAndLiquidate(world, BITCOIN);
  for (const { auction, watch } of [first, second]) {
    const { progress } = watch;
    await watch.until('covering the debt', COVERED_MS, () => progress.debtCovered === auction.debtToCover);
    await releasePosition(world, auction.position);
  }
  for (const { watch } of [first, second]) {
    await watch.until('bringing the results home', HOME_MS, () => watch.progress.allHome);
  }
  const claims = await claimAll(world, bids);
  const { auction, watch } = first;
  const other = { auction: second.auction, progress: second.watch.progress };
  const problems = [
    ...liquidationProblems(world, auction, watch.progress, claims),
    ...secondMarketProblems(world, other, claims),
  ];
  const elapsedMs = Math.round(performance.now() - startedAtMs);
  return { ...summarize(world, auction, watch.progress, claims, problems, elapsedMs), secondMarket: outcomeOf(other) };
}

/**
 * The price falls again while capital is on its way: the collateral no longer pays for all of it. What it pays for is
 * exchanged, the rest comes home once the auction has passed its deadline. The bridges' witnesses are held until the second
 * fall, so that it surely comes in time.
 */
export async function runRefund(world: World): Promise<ScenarioResult> {
  const startedAtMs = performance.now();
  const bids = await prepare(world);
  const { dvn, guardian } = world.devnet.standIns;
  await Promise.all([dvn.stop(), guardian.stop()]);
  world.say('all', 'bridges', 'witnesses are silent: what leaves a spoke stays on its way');
  const { auction, watch } = await fallAndLiquidate(world, ETHER);
  const { progress } = watch;
  const calledEverywhere = (): boolean => {
    const legs = [...progress.legs.values()];
    return legs.length > 0 && legs.every((leg) => leg.drawn > 0n);
  };
  await watch.until('calling capital', COVERED_MS, calledEverywhere);
  await setPrice(world, CRASHED_PRICE);
  await Promise.all([dvn.start(), guardian.start()]);
  world.say('all', 'bridges', 'witnesses speak again');
  await watch.until('the arrival of every leg', COVERED_MS, () =>
    [...progress.legs.values()].every((leg) => leg.arrived),
  );
  await passDeadline(world, watch, auction);
  await releasePosition(world);
  await watch.until('bringing the results home', HOME_MS, () => progress.closed && progress.allHome);
  const claims = await claimAll(world, bids);
  const problems = refundProblems(world, auction, progress, claims);
  return summarize(world, auction, progress, claims, problems, Math.round(performance.now() - startedAtMs));
}

async function fallAndLiquidate(
  world: World,
  position: Position,
): Promise<{ auction: OpenedAuction; watch: AuctionWatch }> {
  const startBlocks = await readHeads(world.devnet);
  await setPrice(world, position.fallenPrice, position);
  const auction = await liquidate(world, position);
  return { auction, watch: AuctionWatch.open(world, auction, startBlocks) };
}

async function passDeadline({ devnet }: World, watch: AuctionWatch, { deadlineSec }: OpenedAuction): Promise<void> {
  const { provider } = devnet.chains.hub;
  const leftMs = Math.max(0, 1000 * (deadlineSec - (await chainTimeSec(provider))));
  await watch.until('the deadline', leftMs + DEADLINE_GRACE_MS, async () => {
    const block = await provider.getBlock('latest');
    return block !== null && block.timestamp > deadlineSec;
  });
}
