import type { MarketCollateral } from '../ala/terms.js';
import { Lane } from '../chain/lane.js';
import { readable } from './amounts.js';
import { lpOf } from './fundLps.js';
import type { PlacedBid } from './placeBids.js';
import { ABI, chainOfSpoke, premiumOf, spokeById, view, type World } from './world.js';

/** What one bid brought its LP at home, in its chain's units: collateral of either market, and what came back unused. */
export interface ClaimedBid {
  readonly bid: PlacedBid;
  readonly gained: Readonly<Record<MarketCollateral, bigint>>;
  readonly refund: bigint;
}

/** Each LP claims what its bids have earned: collateral, and what came back unused. */
export async function claimAll(world: World, bids: readonly PlacedBid[]): Promise<ClaimedBid[]> {
  const claimed: ClaimedBid[] = [];
  const spokes = [...new Set(bids.map((bid) => bid.spoke))];
  await Promise.all(
    spokes.map(async (spoke) => {
      for (const bid of bids.filter((each) => each.spoke === spoke)) claimed.push(await claimBid(world, bid));
    }),
  );
  return claimed;
}

async function claimBid(world: World, bid: PlacedBid): Promise<ClaimedBid> {
  const { tUSD, tETH, tBTC } = world.devnet.tokens;
  const chain = chainOfSpoke(world, spokeById(world, bid.spoke));
  const gained = {
    tETH: await claim(world, bid, tETH[chain.spec.name]),
    tBTC: await claim(world, bid, tBTC[chain.spec.name]),
  };
  const refund = await claim(world, bid, tUSD[chain.spec.name]);
  const parts = [
    ...(gained.tETH > 0n ? [`${readable(gained.tETH, tETH.decimals)} tETH`] : []),
    ...(gained.tBTC > 0n ? [`${readable(gained.tBTC, tBTC.decimals)} tBTC`] : []),
    ...(refund > 0n ? [`${readable(refund, tUSD.decimals)} tUSD unused`] : []),
  ];
  if (parts.length > 0) {
    world.say(
      chain.spec.name,
      'claim',
      `LP ${bid.lp + 1} claims ${parts.join(' and ')} (bid at ${premiumOf(world, bid.tier)})`,
    );
  }
  return { bid, gained, refund };
}

async function claim(world: World, bid: PlacedBid, token: string): Promise<bigint> {
  const spoke = spokeById(world, bid.spoke);
  const chain = chainOfSpoke(world, spoke);
  const [amount, from, to] = (await view(chain, spoke.spoke, ABI.spoke, 'claimable', [bid.bidId, token])) as [
    bigint,
    bigint,
    bigint,
  ];
  if (amount === 0n) return 0n;
  const lane = await Lane.open(chain.provider, lpOf(world, bid.lp));
  lane.call(spoke.spoke, ABI.spoke, 'claim', [bid.bidId, token, from, to]);
  await lane.flush();
  return amount;
}
