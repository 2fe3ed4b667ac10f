import type { AuctionProgress } from './auctionProgress.js';
import type { ClaimedBid } from './claims.js';
import type { OpenedAuction } from './liquidation.js';
import { BOOK } from './plannedBids.js';
import { spokeById, type World } from './world.js';

const LEAST_SHARE_PERCENT = 10n;

/** What a full liquidation has to show, beyond its having come to its end. */
export function liquidationProblems(
  world: World,
  auction: OpenedAuction,
  progress: AuctionProgress,
  claims: readonly ClaimedBid[],
): string[] {
  const problems: string[] = [];
  if (progress.debtCovered !== auction.debtToCover) {
    problems.push(`covered ${progress.debtCovered} of ${auction.debtToCover}`);
  }
  for (const { id, bridge } of world.deployment.spokes) {
    const legs = [...progress.legs.values()].filter((leg) => leg.spoke === (id as number));
    const used = legs.flatMap((leg) => leg.used).reduce((sum, part) => sum + part, 0n);
    if (used * 100n < auction.debtToCover * LEAST_SHARE_PERCENT) {
      problems.push(`only ${used} of the debt came over ${bridge}`);
    }
  }
  return [...problems, ...claimProblems(world, auction, progress, claims)];
}

/** The price falls while capital is on its way: something is bought, and something comes back. */
export function refundProblems(
  world: World,
  auction: OpenedAuction,
  progress: AuctionProgress,
  claims: readonly ClaimedBid[],
): string[] {
  const problems: string[] = [];
  const legs = [...progress.legs.values()];
  if (!legs.some((leg) => leg.collateral > 0n && leg.refunded > 0n)) {
    problems.push('no leg came home in two parts, collateral and refund');
  }
  const { collateral } = auction.position;
  if (!claims.some((claim) => claim.gained[collateral] > 0n && claim.refund > 0n)) {
    problems.push('no bid claimed both');
  }
  return [...problems, ...claimProblems(world, auction, progress, claims)];
}

/** The second market's debt is covered as well, by bids that stood by for both. */
export function secondMarketProblems(
  world: World,
  { auction, progress }: { readonly auction: OpenedAuction; readonly progress: AuctionProgress },
  claims: readonly ClaimedBid[],
): string[] {
  const problems = claimProblems(world, auction, progress, claims);
  if (progress.debtCovered !== auction.debtToCover) {
    problems.push(`market 2: covered ${progress.debtCovered} of ${auction.debtToCover}`);
  }
  if (!claims.some(({ gained }) => gained.tETH > 0n && gained.tBTC > 0n)) {
    problems.push('no bid earned collateral of both markets');
  }
  return problems;
}

/** LPs get what came home for them, less a rounding of one smallest unit a claim. */
function claimProblems(
  world: World,
  auction: OpenedAuction,
  progress: AuctionProgress,
  claims: readonly ClaimedBid[],
): string[] {
  const problems: string[] = [];
  const { collateral } = auction.position;
  for (const { id } of world.deployment.spokes) {
    const legs = [...progress.legs.values()].filter((leg) => leg.spoke === (id as number));
    const own = claims.filter((claim) => claim.bid.spoke === (id as number));
    const parts = [
      [collateral, sum(legs, (leg) => leg.collateral), sum(own, (claim) => claim.gained[collateral])],
      ['refund', sum(legs, (leg) => leg.refunded), sum(own, (claim) => claim.refund)],
    ] as const;
    for (const [part, came, claimed] of parts) {
      if (claimed > came || came - claimed > BigInt(BOOK.length)) {
        problems.push(`spoke ${spokeById(world, id).id}: ${part} ${came} came home, ${claimed} was claimed`);
      }
    }
  }
  return problems;
}

const sum = <Item>(items: readonly Item[], amountOf: (item: Item) => bigint): bigint =>
  items.reduce((total, item) => total + amountOf(item), 0n);
