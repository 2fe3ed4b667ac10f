import type { BridgeName } from '@ala/shared/deployment';
import { toTier } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import type { AuctionProgress } from './auctionProgress.js';
import type { ClaimedBid } from './claims.js';
import type { OpenedAuction } from './liquidation.js';
import { marketOf, spokeById, type World } from './world.js';

export interface LegResult {
  readonly spoke: number;
  readonly bridge: BridgeName;
  readonly drawn: bigint;
  readonly collateral: bigint;
  readonly refunded: bigint;
}

export interface AuctionOutcome {
  readonly id: string;
  readonly debtToCover: bigint;
  readonly debtCovered: bigint;
  readonly rounds: number;
}

/** How a scenario ended, from the chains. */
export interface ScenarioResult {
  /** Nothing stands in `problems`. */
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly auction: AuctionOutcome;
  readonly legs: readonly LegResult[];
  /** Weighted by the debt exchanged, floored to four decimals. */
  readonly averagePremiumBps: string;
  readonly claims: readonly ClaimedBid[];
  readonly elapsedMs: number;
  /** Of an auction in the basket's other market, if there was one. */
  readonly secondMarket?: AuctionOutcome;
}

/** Weighted by amount, floored to four decimals: `"127.5000"`. Nothing exchanged: `"0.0000"`. */
export function averagePremium(parts: readonly { readonly used: bigint; readonly premiumBps: number }[]): string {
  const total = parts.reduce((sum, { used }) => sum + used, 0n);
  if (total === 0n) return '0.0000';
  const weighted = parts.reduce((sum, { used, premiumBps }) => sum + used * BigInt(premiumBps), 0n);
  const scaled = (weighted * 10_000n) / total;
  return `${scaled / 10_000n}.${(scaled % 10_000n).toString().padStart(4, '0')}`;
}

export function outcomeOf({
  auction,
  progress,
}: {
  readonly auction: OpenedAuction;
  readonly progress: AuctionProgress;
}): AuctionOutcome {
  return {
    id: auction.auctionId,
    debtToCover: auction.debtToCover,
    debtCovered: progress.debtCovered,
    rounds: progress.rounds,
  };
}

export function summarize(
  world: World,
  auction: OpenedAuction,
  progress: AuctionProgress,
  claims: readonly ClaimedBid[],
  problems: readonly string[],
  elapsedMs: number,
): ScenarioResult {
  const { basket } = marketOf(world);
  const legs = [...progress.legs.values()];
  const parts = legs.flatMap((leg) =>
    leg.used.map((used, index) => ({ used, premiumBps: premiumBps(basket, toTier(leg.tiers[index] ?? 0)) })),
  );
  return {
    ok: problems.length === 0,
    problems,
    auction: outcomeOf({ auction, progress }),
    legs: legs.map(({ spoke, drawn, collateral, refunded }) => ({
      spoke,
      bridge: spokeById(world, spoke).bridge,
      drawn,
      collateral,
      refunded,
    })),
    averagePremiumBps: averagePremium(parts),
    claims,
    elapsedMs,
  };
}
