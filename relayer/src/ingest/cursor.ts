import { and, desc, eq, sql, type SQL } from 'drizzle-orm';
import type { ChainId, Hash } from '@ala/shared/ids';
import type { BlockId, Header } from '../chain/header.js';
import type { DbOrTx } from '../db/client.js';
import { blocks, cursors } from '../db/chainTables.js';
import { announce, announcing } from '../db/announce.js';

/** Where reading goes on: the next block, or `startBlock` if nothing was read yet. */
export async function readCursor(db: DbOrTx, chainId: ChainId, startBlock: number): Promise<number> {
  const [row] = await db.select().from(cursors).where(eq(cursors.chainId, chainId));
  return row?.nextBlock ?? startBlock;
}

/**
 * The statements that set the cursor and tell who listens: whatever is read of a chain or undone comes with its cursor.
 * @param finalBlock the newest that is final now; what was final before stays so
 */
export function cursorWriting(db: DbOrTx, chainId: ChainId, nextBlock: number, finalBlock: number | null): SQL[] {
  const writing = db
    .insert(cursors)
    .values({ chainId, nextBlock, finalBlock })
    .onConflictDoUpdate({
      target: cursors.chainId,
      set: { nextBlock, finalBlock: sql`greatest(${cursors.finalBlock}, excluded.final_block)` },
    });
  return [writing.getSQL(), announcing({ topic: 'chain', chainId })];
}

/** Back to the newest block that is still stored: below it headers without events may have been dropped. What is not stored is not final. */
export async function setCursorBack(db: DbOrTx, chainId: ChainId, keep: number): Promise<void> {
  const newest = sql`(select coalesce(max(${blocks.number}), ${keep}::bigint) from ${blocks} where ${blocks.chainId} = ${chainId})`;
  const finalBlock = sql`least(${cursors.finalBlock}, ${newest})`;
  // Without a final block it stays so: `least` overlooks null.
  const kept = sql`case when ${cursors.finalBlock} is null then null else ${finalBlock} end`;
  await db
    .update(cursors)
    .set({ nextBlock: sql`${newest} + 1`, finalBlock: kept })
    .where(eq(cursors.chainId, chainId));
  await announce(db, { topic: 'chain', chainId });
}

/** The newest stored block that is final. */
export async function readFinalBlockId(db: DbOrTx, chainId: ChainId): Promise<BlockId | null> {
  const [row] = await db
    .select({ number: blocks.number, hash: blocks.hash })
    .from(cursors)
    .innerJoin(blocks, and(eq(blocks.chainId, cursors.chainId), eq(blocks.number, cursors.finalBlock)))
    .where(eq(cursors.chainId, chainId));
  return row === undefined ? null : { number: row.number, hash: row.hash as Hash };
}

/** The newest stored headers, newest first. */
export async function readStoredHeaders(db: DbOrTx, chainId: ChainId, limit: number): Promise<Header[]> {
  const rows = await db
    .select()
    .from(blocks)
    .where(eq(blocks.chainId, chainId))
    .orderBy(desc(blocks.number))
    .limit(limit);
  return rows.map((row) => ({
    number: row.number,
    hash: row.hash as Hash,
    parentHash: row.parentHash as Hash,
    timestampSec: row.timestampSec,
  }));
}

/** True if the chain has this very block, as far as it was read. */
export async function hasBlock(db: DbOrTx, chainId: ChainId, { number, hash }: BlockId): Promise<boolean> {
  const [row] = await db
    .select({ hash: blocks.hash })
    .from(blocks)
    .where(and(eq(blocks.chainId, chainId), eq(blocks.number, number)));
  return row?.hash === hash;
}
