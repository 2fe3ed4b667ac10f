import type { AuctionAnswer, LegAnswer, LegState } from '@ala/shared/api/auctions';
import type { BasketDeployment, Deployment } from '@ala/shared/deployment';
import { legId as legIdOf, toPlanHash, toTier } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import { decodeMessage, KIND_CAPITAL_DELIVERED } from '@ala/shared/messageCodec';
import { parsePlan } from '@ala/shared/plan';
import type { LegView } from '../../auction/auctionView.js';
import { foldLegs } from '../../auction/readAuctions.js';
import { chainNameOf } from '../context.js';
import type { AuctionRows } from './auctionRows.js';

/** What became of a fill; hub units of debt and collateral. */
export interface UsedFill {
  readonly tier: number;
  readonly drawn: bigint;
  readonly used: bigint;
  readonly collateral: bigint;
}

export interface AuctionFigures {
  readonly covered: bigint;
  readonly coveredSec: number | null;
  readonly closedSec: number | null;
  readonly legs: readonly LegView[];
  readonly fills: readonly UsedFill[];
  /** Collateral for the operators. */
  readonly fee: bigint;
}

/** Pure: what the events of an auction come to. */
export function figuresOf({ auction, events, commits, legEvents }: AuctionRows): AuctionFigures {
  const legs = foldLegs(commits, legEvents);
  return {
    // Cover is cumulative.
    covered: events.reduce((most, { debtCovered }) => (debtCovered > most ? debtCovered : most), 0n),
    coveredSec: events.find(({ debtCovered }) => debtCovered >= auction.debtToCover)?.timestampSec ?? null,
    closedSec: events.find(({ kind }) => kind === 'closed')?.timestampSec ?? null,
    legs,
    fills: legs.flatMap(fillsOf),
    fee: legs.reduce((sum, { record }) => sum + (record?.fee ?? 0n), 0n),
  };
}

/** Pure: fills of a leg that arrived. */
export function fillsOf({ record }: LegView): UsedFill[] {
  if (record === null) return [];
  const message = decodeMessage(record.message);
  if (message.kind !== KIND_CAPITAL_DELIVERED) return [];
  return message.fills.map(({ tier, amount }, index) => ({
    tier,
    drawn: amount,
    used: record.results[index]?.used ?? 0n,
    collateral: record.results[index]?.collateral ?? 0n,
  }));
}

const SCALE = 10_000n;

/** What was used, hub units of debt, and the same times the basis points of its premium. */
export interface UsedDebt {
  readonly used: bigint;
  readonly weighted: bigint;
}

/** Pure: what the fills come to. */
export function usedDebt(basket: BasketDeployment, fills: readonly UsedFill[]): UsedDebt {
  // A leg that no plan names may say anything of its tiers, and is never used.
  const inUse = fills.filter((fill) => fill.used > 0n);
  return {
    used: inUse.reduce((sum, fill) => sum + fill.used, 0n),
    weighted: inUse.reduce((sum, fill) => sum + fill.used * BigInt(premiumBps(basket, toTier(fill.tier))), 0n),
  };
}

/** Pure: the premium of what was used, weighted by amount, with four decimals rounded down; null if nothing was. */
export function averagePremiumBps({ used, weighted }: UsedDebt): string | null {
  if (used === 0n) return null;
  const scaled = (weighted * SCALE) / used;
  return `${scaled / SCALE}.${(scaled % SCALE).toString().padStart(4, '0')}`;
}

/** Pure: an auction as lists show it. */
export function auctionAnswer(deployment: Deployment, rows: AuctionRows): AuctionAnswer {
  const { auction, txHash, openedSec, commits } = rows;
  const figures = figuresOf(rows);
  const basket = deployment.baskets.find(({ id }) => id === auction.basket);
  const collateral = figures.fills.reduce((sum, fill) => sum + fill.collateral, 0n);
  return {
    auctionId: auction.auctionId,
    marketId: auction.marketId,
    basket: auction.basket,
    state: auction.finishedAt !== null ? 'finished' : figures.closedSec !== null ? 'closed' : 'open',
    debtToCoverDebtUnits: auction.debtToCover.toString(),
    coveredDebtUnits: figures.covered.toString(),
    maxCollateralUnits: auction.maxCollateral.toString(),
    collateralOutUnits: (collateral + figures.fee).toString(),
    opened: {
      chain: chainNameOf(deployment, auction.chainId),
      blockNumber: auction.blockNumber,
      txHash,
      timestampSec: openedSec,
    },
    deadlineSec: auction.deadlineSec,
    coveredSec: figures.coveredSec,
    closedSec: figures.closedSec,
    rounds: commits.length,
    averagePremiumBps: basket === undefined ? null : averagePremiumBps(usedDebt(basket, figures.fills)),
  };
}

/** Pure: the legs of an auction; `recorded` are those whose spoke has shown all of their results. */
export function legAnswers(rows: AuctionRows, recorded: ReadonlySet<string>): LegAnswer[] {
  const called = new Set(rows.legEvents.filter(({ kind }) => kind === 'called').map(({ legId }) => legId));
  const planned = new Map(
    rows.commits.flatMap(({ planHash, plan }) =>
      parsePlan(plan).legs.map((leg) => [legIdOf(toPlanHash(planHash), leg.spoke), { planHash, leg }] as const),
    ),
  );
  return figuresOf(rows).legs.map((view) => {
    const fills = fillsOf(view);
    const plan = planned.get(view.legId);
    const sum = (key: 'drawn' | 'used' | 'collateral'): bigint => fills.reduce((total, fill) => total + fill[key], 0n);
    const inPlan = plan?.leg.fills.reduce((total, { amount }) => total + amount, 0n) ?? 0n;
    return {
      legId: view.legId,
      planHash: plan?.planHash ?? null,
      spoke: view.spoke,
      state: legState(view, called, recorded),
      drawnDebtUnits: (fills.length > 0 ? sum('drawn') : called.has(view.legId) ? inPlan : 0n).toString(),
      usedDebtUnits: sum('used').toString(),
      collateralUnits: sum('collateral').toString(),
      feeCollateralUnits: (view.record?.fee ?? 0n).toString(),
    };
  });
}

function legState(leg: LegView, called: ReadonlySet<string>, recorded: ReadonlySet<string>): LegState {
  if (recorded.has(leg.legId)) return 'recorded';
  if (leg.ended) return leg.due.every((receipt) => leg.dispatched.includes(receipt)) ? 'dispatched' : 'ended';
  if (leg.record !== null) return leg.record.results.length > 0 ? 'settled' : 'arrived';
  if (leg.expired) return 'expired';
  return called.has(leg.legId) ? 'called' : 'planned';
}
