import { and, eq, isNull, sql } from 'drizzle-orm';
import type { AuctionId } from '@ala/shared/ids';
import type { Db } from '../db/client.js';
import { auctions, legs } from '../db/chainTables.js';
import { isOver } from './nextSteps.js';
import { readAuctions } from './readAuctions.js';

/**
 * Stops looking at an auction that is over, long enough for no reorg to touch it. Whoever reads a leg that comes after all writes the auction's
 * row, too (`wakeAuctions`): so it is looked at again here once nobody else can.
 */
export async function finishAuction(db: Db, auctionId: AuctionId): Promise<void> {
  await db.transaction(async (tx) => {
    const rows = await tx
      .select()
      .from(auctions)
      .where(and(eq(auctions.auctionId, auctionId), isNull(auctions.finishedAt)))
      .for('update');
    // On other sessions, beside each other: who writes a leg down now is behind the lock.
    const [now] = await readAuctions(db, rows);
    if (now === undefined || !isOver(now)) return;
    await tx
      .update(legs)
      .set({ open: false })
      .where(and(eq(legs.auctionId, auctionId), eq(legs.open, true)));
    await tx
      .update(auctions)
      .set({ finishedAt: sql`now()` })
      .where(eq(auctions.auctionId, auctionId));
  });
}
