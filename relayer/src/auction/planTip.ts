import { and, eq, sql } from 'drizzle-orm';
import { toPlanHash, ZERO_PLAN_HASH, type BasketId, type LegId, type PlanHash } from '@ala/shared/ids';
import { parsePlan, type Plan } from '@ala/shared/plan';
import type { DbOrTx } from '../db/client.js';
import { auctions } from '../db/chainTables.js';
import { outbox, plans } from '../db/ownTables.js';
import type { OutboxState } from '../dispatch/outboxState.js';
import { calledLegs, legIdsOf } from './calledLegs.js';
import { readHead } from './planStore.js';

/** A plan of this node that the hub's events do not show, somewhere above the basket's head. */
export interface OwnPlan {
  readonly planHash: PlanHash;
  readonly plan: Plan;
  /** Timestamp of the hub's block that it was cleared on. */
  readonly snapshotSec: number;
  /** Of the plan's auction; null if the hub does not show the auction any more. */
  readonly marketId: number | null;
  /** How far its commit is; null if there is none. */
  readonly commit: OutboxState | null;
  /** A spoke shows one of its legs as called. */
  readonly isCalled: boolean;
}

/** A plan that the next one counts before a block has it. */
export type PlanAhead = OwnPlan & { readonly marketId: number };

/** Where the basket's next plan is signed. */
export interface PlanTip {
  readonly prevPlan: PlanHash;
  /** From the basket's head to `prevPlan`, oldest first. */
  readonly ahead: readonly PlanAhead[];
}

/** So many plans may wait for a block at once: if the first one is refused, those behind it can only lapse. */
const MAX_WAITING = 8;
/** More than ever wait; what was read of the chain so far may end far below the plans that this node has signed. */
const MAX_READ = 64;

/** Commits that the next plan may stand on: simulated, and not known to have reverted. */
const UNDER_WAY: readonly (OutboxState | null)[] = ['signed', 'broadcast', 'done'];

export interface TipTime {
  /** Timestamp of the hub's snapshot block. */
  readonly nowSec: number;
  readonly callWindowSec: number;
}

/** Where the basket's next plan is signed, or null if it has to wait; both as {@link tipOf} says. */
export async function readTip(db: DbOrTx, basket: BasketId, now: TipTime): Promise<PlanTip | null> {
  const head = (await readHead(db, basket)) ?? ZERO_PLAN_HASH;
  return tipOf(head, await readOwnPlans(db, basket, head), now);
}

/**
 * Pure: where the basket's next plan is signed. On the head; or on this node's own plan that stands there, if its commit is under way, or on
 * the one on top of that, and so on: a chain with a block in twelve seconds would take one plan in twelve seconds otherwise. Null if that plan's
 * commit is not under way, or has waited so long that there would be little time to call for the next one: while a plan can be called, or can still
 * become the head, no second may be signed in its place.
 */
export function tipOf(head: PlanHash, own: readonly OwnPlan[], { nowSec, callWindowSec }: TipTime): PlanTip | null {
  const ahead: PlanAhead[] = [];
  let prevPlan = head;
  while (ahead.length < MAX_WAITING) {
    const live = own.filter((plan) => plan.plan.prevPlan === prevPlan && isLive(plan, own, nowSec));
    const [next] = live;
    if (next === undefined) return { prevPlan, ahead };
    const { marketId, commit } = next;
    if (live.length > 1 || marketId === null || !UNDER_WAY.includes(commit)) return null;
    if (commit !== 'done' && nowSec - next.snapshotSec > callWindowSec / 2) return null;
    ahead.push({ ...next, marketId });
    prevPlan = next.planHash;
  }
  return null;
}

/** It can be called, or become the head, or one that stands on it can. */
function isLive(own: OwnPlan, all: readonly OwnPlan[], nowSec: number): boolean {
  const { plan, commit, isCalled, planHash } = own;
  const mayBeHead = commit === 'mined' || UNDER_WAY.includes(commit) || (commit === 'pending' && isCalled);
  if (plan.callBy >= nowSec || mayBeHead) return true;
  return all.some((later) => later.plan.prevPlan === planHash && isLive(later, all, nowSec));
}

/** A plan on top of this one, or on top of that, can still be called or has to be counted: it needs this one as the head. */
export async function isNeeded(db: DbOrTx, basket: BasketId, planHash: PlanHash, nowSec: number): Promise<boolean> {
  const own = await readOwnPlans(db, basket, planHash);
  return own.some(({ plan, commit, isCalled }) => plan.callBy >= nowSec || (commit !== 'obsolete' && isCalled));
}

/** This node's plans that stand on `head`, those on top of them, and so on. */
async function readOwnPlans(db: DbOrTx, basket: BasketId, head: PlanHash): Promise<OwnPlan[]> {
  const { rows } = await db.execute<{
    plan_hash: Buffer;
    plan: unknown;
    snapshot_sec: number;
    market_id: number | null;
    commit: OutboxState | null;
  }>(sql`
    with recursive above as (
      select ${plans.planHash}, ${plans.auctionId}, ${plans.plan}, ${plans.snapshot}, 1 as depth from ${plans}
      where ${and(eq(plans.basket, basket), eq(plans.prevPlan, head))}
      union all
      select ${plans.planHash}, ${plans.auctionId}, ${plans.plan}, ${plans.snapshot}, depth + 1 from ${plans} join above on ${plans.prevPlan} = above.plan_hash
      where ${eq(plans.basket, basket)} and depth < ${MAX_READ}
    )
    select above.plan_hash, above.plan, (above.snapshot->>'hubTimestamp')::float8 as snapshot_sec, ${auctions.marketId}, ${outbox.state} as commit from above
    left join ${auctions} on ${auctions.auctionId} = above.auction_id
    left join ${outbox} on ${outbox.key} = 'commit:0x' || encode(above.plan_hash, 'hex')`);
  const own = rows.map((row) => ({
    planHash: toPlanHash(`0x${row.plan_hash.toString('hex')}`),
    plan: parsePlan(row.plan),
    snapshotSec: row.snapshot_sec,
    marketId: row.market_id,
    commit: row.commit,
  }));
  const idsOf = ({ planHash, plan }: Pick<OwnPlan, 'planHash' | 'plan'>): LegId[] => legIdsOf(planHash, plan);
  const called = await calledLegs(db, own.flatMap(idsOf));
  return own.map((plan) => ({ ...plan, isCalled: idsOf(plan).some((id) => called.has(id)) }));
}
