import { and, eq, inArray, lte, or } from 'drizzle-orm';
import { toLegId, type ChainId, type LegId } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { legs } from '../db/chainTables.js';

/** Those of the legs that their spoke shows as called up to its block. */
export async function calledAtBlock(
  db: DbOrTx,
  legIds: readonly LegId[],
  spokes: readonly { readonly chainId: ChainId; readonly number: number }[],
): Promise<Set<LegId>> {
  if (spokes.length === 0 || legIds.length === 0) return new Set();
  const upTo = spokes.map(({ chainId, number }) => and(eq(legs.chainId, chainId), lte(legs.blockNumber, number)));
  const rows = await db
    .select({ legId: legs.legId })
    .from(legs)
    .where(and(eq(legs.kind, 'called'), inArray(legs.legId, [...legIds]), or(...upTo)));
  return new Set(rows.map((row) => toLegId(row.legId)));
}
