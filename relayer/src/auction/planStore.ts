import { and, eq, gt, or, sql } from 'drizzle-orm';
import { toPlanHash, type BasketId, type PlanHash } from '@ala/shared/ids';
import { parsePlan, parseSnapshot, type Plan } from '@ala/shared/plan';
import type { DbOrTx, Tx } from '../db/client.js';
import { auctions, planCommits } from '../db/chainTables.js';
import { plans } from '../db/ownTables.js';
import type { SignedPlan } from '../dispatch/planEffects.js';
import { toJson } from '../lib/json.js';
import { calledLegs, legIdsOf } from './calledLegs.js';

/** A plan of the basket's chain, as the hub's events show it. */
export interface CommittedPlan {
  readonly planHash: PlanHash;
  readonly plan: Plan;
  /** Of the plan's auction. */
  readonly marketId: number;
  readonly blockNumber: number;
  readonly lapsed: boolean;
}

/** Plans of the basket whose calls may still matter: committed above `hubBlock`, or callable after `sinceSec`. Oldest first. */
export async function readCommittedPlans(
  db: DbOrTx,
  basket: BasketId,
  hubBlock: number,
  sinceSec: number,
): Promise<CommittedPlan[]> {
  const rows = await db
    .select({ commit: planCommits, marketId: auctions.marketId })
    .from(planCommits)
    .innerJoin(auctions, eq(auctions.auctionId, planCommits.auctionId))
    .where(
      and(
        eq(planCommits.basket, basket),
        or(gt(planCommits.blockNumber, hubBlock), gt(planCommits.callBySec, sinceSec - 1)),
      ),
    )
    .orderBy(planCommits.blockNumber, planCommits.logIndex);
  return rows.map(({ commit, marketId }) => ({
    planHash: toPlanHash(commit.planHash),
    plan: parsePlan(commit.plan),
    marketId,
    blockNumber: commit.blockNumber,
    lapsed: commit.lapseReason !== null,
  }));
}

/** The newest plan of the basket's chain in the database, or null before the first. */
export async function readHead(db: DbOrTx, basket: BasketId): Promise<PlanHash | null> {
  const [row] = await db
    .select({ planHash: planCommits.planHash })
    .from(planCommits)
    .where(eq(planCommits.basket, basket))
    // As the index has them, or all of the basket's plans are sorted.
    .orderBy(sql`${planCommits.blockNumber} desc nulls last`, sql`${planCommits.logIndex} desc nulls last`)
    .limit(1);
  return row === undefined ? null : toPlanHash(row.planHash);
}

/** A spoke shows a leg of the plan as called. */
export async function anyLegCalled(db: DbOrTx, planHash: PlanHash, plan: Plan): Promise<boolean> {
  return (await calledLegs(db, legIdsOf(planHash, plan))).size > 0;
}

/** Holds off other signers of this basket's plans until the transaction ends. */
export async function lockBasket(tx: Tx, basket: BasketId): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('sign-plan'), ${basket})`);
}

export async function storePlan(db: DbOrTx, planHash: PlanHash, signed: SignedPlan): Promise<void> {
  const { plan, snapshot, signatures } = signed;
  await db.insert(plans).values({
    planHash,
    prevPlan: plan.prevPlan,
    basket: plan.basket,
    auctionId: plan.auctionId,
    round: plan.round,
    callBySec: plan.callBy,
    plan: toJson(plan),
    snapshot: toJson(snapshot),
    signatures: toJson(signatures),
  });
}

/** A plan that this node signed. */
export async function readSignedPlan(db: DbOrTx, planHash: PlanHash): Promise<SignedPlan> {
  const [row] = await db.select().from(plans).where(eq(plans.planHash, planHash));
  if (row === undefined) throw new Error(`plan ${planHash} is not one of ours`);
  return { plan: parsePlan(row.plan), snapshot: parseSnapshot(row.snapshot), signatures: row.signatures as string[] };
}

/** What the hub's events say of the plan: it reserved, or it became the head only; null if they do not show it. */
export async function readOutcome(db: DbOrTx, planHash: PlanHash): Promise<'committed' | 'lapsed' | null> {
  const [row] = await db
    .select({ lapseReason: planCommits.lapseReason })
    .from(planCommits)
    .where(eq(planCommits.planHash, planHash));
  if (row === undefined) return null;
  return row.lapseReason === null ? 'committed' : 'lapsed';
}
