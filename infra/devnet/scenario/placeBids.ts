import { Lane } from '../chain/lane.js';
import { readEvent, eventTopic } from '../chain/events.js';
import { readable } from './amounts.js';
import { lpOf } from './fundLps.js';
import type { PlannedBid } from './plannedBids.js';
import { ABI, chainOfSpoke, marketOf, premiumOf, spokeById, type World } from './world.js';

export interface PlacedBid extends PlannedBid {
  readonly bidId: bigint;
  readonly owner: string;
  readonly activeAtSec: number;
}

/** The LPs place their bids; one LP after the other on a chain, the chains at the same time. */
export async function placeBids(world: World, bids: readonly PlannedBid[]): Promise<PlacedBid[]> {
  const spokes = [...new Set(bids.map((bid) => bid.spoke))].sort();
  const placed = await Promise.all(spokes.map((spoke) => placeOnSpoke(world, spoke, bids)));
  return placed.flat();
}

async function placeOnSpoke(world: World, spokeId: number, bids: readonly PlannedBid[]): Promise<PlacedBid[]> {
  const spoke = spokeById(world, spokeId);
  const chain = chainOfSpoke(world, spoke);
  const { basket } = marketOf(world);
  const debtToken = world.devnet.tokens.tUSD[chain.spec.name];
  const placed: PlacedBid[] = [];
  const here = bids.filter((bid) => bid.spoke === spokeId);
  for (const lpIndex of new Set(here.map((bid) => bid.lp))) {
    const lp = lpOf(world, lpIndex);
    const own = here.filter((bid) => bid.lp === lpIndex);
    const lane = await Lane.open(chain.provider, lp);
    lane.call(debtToken, ABI.token, 'approve', [spoke.spoke, own.reduce((sum, bid) => sum + bid.amount, 0n)]);
    for (const bid of own) lane.call(spoke.spoke, ABI.spoke, 'placeBid', [basket.id, bid.tier, bid.amount, lp.address]);
    const [, ...receipts] = await lane.flush();
    for (const [index, bid] of own.entries()) {
      const log = receipts[index]?.logs.find((candidate) => candidate.topics[0] === eventTopic(ABI.spoke, 'BidPlaced'));
      if (!log) throw new Error(`spoke ${spokeId} emitted no BidPlaced`);
      const { args } = readEvent(ABI.spoke, log);
      placed.push({
        ...bid,
        bidId: args.bidId as bigint,
        owner: lp.address,
        activeAtSec: Number(args.activeAt),
      });
      const text = `LP ${lpIndex + 1} stands by with ${readable(bid.amount, basket.debtDecimals)} tUSD at ${premiumOf(world, bid.tier)}`;
      world.say(chain.spec.name, 'bid', text);
    }
  }
  return placed;
}
