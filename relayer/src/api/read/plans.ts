import { z } from 'zod';
import type { PlanAnswer } from '@ala/shared/api/auctions';
import type { BasketDeployment } from '@ala/shared/deployment';
import { legId, toPlanHash } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import { parsePlan } from '@ala/shared/plan';
import type { planCommits } from '../../db/chainTables.js';
import type { plans } from '../../db/ownTables.js';

/** The hub's `LapseReason`, in its order. */
const lapseReasons = [
  'AuctionClosed',
  'AuctionCovered',
  'PastDeadline',
  'RoundMismatch',
  'SnapshotTooOld',
  'PastCallBy',
] as const;

type Basket = Pick<BasketDeployment, 'tierStepBps' | 'tierCount'> | undefined;

/** Pure: a plan that the hub has taken. */
export function committedPlan(
  { planHash, plan, snapshot, lapseReason }: typeof planCommits.$inferSelect,
  basket: Basket,
): PlanAnswer {
  const state = lapseReason === null ? 'committed' : 'lapsed';
  const reason = lapseReason === null ? null : (lapseReasons[lapseReason] ?? String(lapseReason));
  return { ...planAnswer(planHash, plan, snapshot, basket), state, lapseReason: reason };
}

/** Pure: a plan that this node has signed. */
export function signedPlan({ planHash, plan, snapshot }: typeof plans.$inferSelect, basket: Basket): PlanAnswer {
  return { ...planAnswer(planHash, plan, snapshot, basket), state: 'signed', lapseReason: null };
}

const whole = z.coerce.number().int().min(0);
/** The hub holds what a plan says of the spokes' blocks to no form: here it is as it was said. */
const snapshotRow = z.object({
  hubBlock: whole,
  hubTimestamp: whole,
  spokes: z.array(z.object({ spoke: whole, number: whole })),
});

function planAnswer(
  planHash: string,
  planRow: unknown,
  snapshot: unknown,
  basket: Basket,
): Omit<PlanAnswer, 'state' | 'lapseReason'> {
  const plan = parsePlan(planRow);
  const { hubBlock, hubTimestamp, spokes } = snapshotRow.parse(snapshot);
  return {
    planHash,
    prevPlan: plan.prevPlan,
    round: plan.round,
    priceE36: plan.priceE36.toString(),
    callBySec: plan.callBy,
    snapshot: {
      hubBlock,
      hubTimestampSec: hubTimestamp,
      spokes: spokes.map(({ spoke, number }) => ({ spoke, blockNumber: number })),
    },
    legs: plan.legs.map(({ spoke, fills }) => ({
      legId: legId(toPlanHash(planHash), spoke),
      spoke,
      amountDebtUnits: fills.reduce((sum, { amount }) => sum + amount, 0n).toString(),
      fills: fills.map(({ tier, amount }) => ({
        tier,
        premiumBps: basket === undefined ? 0 : premiumBps(basket, tier),
        amountDebtUnits: amount.toString(),
      })),
    })),
  };
}
