import { eq } from 'drizzle-orm';
import type { LegId } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { legs } from '../db/chainTables.js';

/** Whether the hub, as far as it is read, has exchanged all of a leg or released it: from then on its receipts are due. */
export async function hasEnded(db: DbOrTx, legId: LegId): Promise<boolean> {
  const events = await db.select({ kind: legs.kind, data: legs.data }).from(legs).where(eq(legs.legId, legId));
  return events.some(
    ({ kind, data }) => kind === 'released' || (kind === 'settled' && (data as { ended?: unknown }).ended === true),
  );
}
