import { and, eq, gt, or } from 'drizzle-orm';
import type { Tx } from '../../db/client.js';
import { auctionEvents, auctions, legs, planCommits } from '../../db/chainTables.js';

/** Auctions of which a chain has shown something above a block, by chain id. */
export async function readChangedAuctions(tx: Tx, above: ReadonlyMap<number, number>): Promise<string[]> {
  if (above.size === 0) return [];
  const found = new Set<string>();
  for (const table of [auctions, auctionEvents, planCommits, legs]) {
    // By the primary key.
    const isAbove = or(
      ...[...above].map(([chainId, block]) => and(eq(table.chainId, chainId), gt(table.blockNumber, block))),
    );
    const rows = await tx.selectDistinct({ auctionId: table.auctionId }).from(table).where(isAbove);
    for (const { auctionId } of rows) if (auctionId !== null) found.add(auctionId);
  }
  return [...found];
}
