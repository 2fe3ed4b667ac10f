import { and, desc, eq, gt } from 'drizzle-orm';
import type { ChainId, Hash } from '@ala/shared/ids';
import type { Header } from '../chain/header.js';
import type { DbOrTx } from '../db/client.js';
import { blocks, cursors } from '../db/chainTables.js';
import { announce } from '../db/announce.js';

/** Where reading goes on: the next block, or `startBlock` if nothing was read yet. */
export async function readCursor(db: DbOrTx, chainId: ChainId, startBlock: number): Promise<number> {
  const [row] = await db.select().from(cursors).where(eq(cursors.chainId, chainId));
  return row?.nextBlock ?? startBlock;
}

/** Tells who listens, too: whatever is read of a chain or undone comes with its cursor. */
export async function writeCursor(db: DbOrTx, chainId: ChainId, nextBlock: number): Promise<void> {
  await db
    .insert(cursors)
    .values({ chainId, nextBlock })
    .onConflictDoUpdate({ target: cursors.chainId, set: { nextBlock } });
  await announce(db, { topic: 'chain', chainId });
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

/** Stored headers of blocks with a timestamp above `timestampSec`, oldest first. */
export async function readHeadersSince(db: DbOrTx, chainId: ChainId, timestampSec: number): Promise<Header[]> {
  const rows = await db
    .select()
    .from(blocks)
    .where(and(eq(blocks.chainId, chainId), gt(blocks.timestampSec, timestampSec)))
    .orderBy(blocks.number);
  return rows.map((row) => ({ ...row, hash: row.hash as Hash, parentHash: row.parentHash as Hash }));
}
