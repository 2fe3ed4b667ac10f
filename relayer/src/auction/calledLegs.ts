import { and, eq, inArray, lte, or, type SQL } from 'drizzle-orm';
import { legId, toLegId, type ChainId, type LegId, type PlanHash } from '@ala/shared/ids';
import type { Plan } from '@ala/shared/plan';
import type { DbOrTx } from '../db/client.js';
import { legs } from '../db/chainTables.js';

/** The legs of a plan, in its order. */
export function legIdsOf(planHash: PlanHash, plan: Plan): LegId[] {
  return plan.legs.map(({ spoke }) => legId(planHash, spoke));
}

/** Those of the legs that their spoke shows as called up to its block. */
export async function calledAtBlock(
  db: DbOrTx,
  legIds: readonly LegId[],
  spokes: readonly { readonly chainId: ChainId; readonly number: number }[],
): Promise<Set<LegId>> {
  if (spokes.length === 0) return new Set();
  const upTo = spokes.map(({ chainId, number }) => and(eq(legs.chainId, chainId), lte(legs.blockNumber, number)));
  return calledLegs(db, legIds, or(...upTo));
}

/** Those of the legs that their spoke shows as called. @param where Of the rows of `legs`. */
export async function calledLegs(db: DbOrTx, legIds: readonly LegId[], where?: SQL): Promise<Set<LegId>> {
  if (legIds.length === 0) return new Set();
  const rows = await db
    .select({ legId: legs.legId })
    .from(legs)
    .where(and(eq(legs.kind, 'called'), inArray(legs.legId, [...legIds]), where));
  return new Set(rows.map((row) => toLegId(row.legId)));
}
