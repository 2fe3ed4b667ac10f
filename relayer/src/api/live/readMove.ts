import { and, asc, count, desc, eq, gt, lte } from 'drizzle-orm';
import type { Db, Tx } from '../../db/client.js';
import { blocks, rawEvents } from '../../db/chainTables.js';
import { NO_POOL_ROWS, readLastPoolRows, readPoolRowsIn, type PoolRows } from '../../book/poolRows.js';
import { readKeptBlock } from './keptBlock.js';
import { readLastBlocks, type ReadBlock } from './progress.js';

/** More than that at once (a backfill) is not told one by one. */
const MAX_LOGS = 1_000;
/** Blocks whose hashes are kept in mind, to find where a fork begins. */
const REMEMBERED_BLOCKS = 128;

export interface Move {
  /** The newest blocks, the last of them the chain's head here; none if nothing is known of the chain any more. */
  readonly blocks: readonly ReadBlock[];
  /** The last block that is still as it was, after a reorg; null if there was none. */
  readonly keptBlock: number | null;
  /** `all`: the pools as they are now, in place of those before; `new`: what is to be added. */
  readonly pools: { readonly which: 'all' | 'new'; readonly rows: PoolRows };
  /** Events since; null if they are too many, or not known. */
  readonly logs: readonly (typeof rawEvents.$inferSelect)[] | null;
}

/** A chain, and the pools on it that are followed. */
export interface FollowedPools {
  readonly chainId: number;
  readonly baskets: readonly number[];
  readonly spokes: readonly number[];
}

/** What has moved on a chain since the blocks that are known (the newest last), read at one moment. Null if nothing has. */
export async function readMove(db: Db, pools: FollowedPools, known: readonly ReadBlock[]): Promise<Move | null> {
  const { chainId, baskets } = pools;
  return db.transaction(
    async (tx): Promise<Move | null> => {
      const head = (await readLastBlocks(tx)).get(chainId);
      const before = known.at(-1);
      if (head?.hash === before?.hash) return null;
      const newest = head === undefined ? [] : await readNewest(tx, chainId, head.number);
      const kept = before === undefined ? null : ((await readKeptBlock(tx, chainId, known)) ?? 0);
      const logs = kept === null ? null : await readLogs(tx, chainId, kept);
      const upTo = head?.number ?? 0;
      if (kept !== null && kept === before?.number) {
        const rows = (await readPoolRowsIn(tx, [{ chainId, above: kept, upTo }])).get(chainId) ?? NO_POOL_ROWS;
        return { blocks: newest, keptBlock: null, pools: { which: 'new', rows }, logs };
      }
      const rows = await readLastPoolRows(tx, { baskets, spokes: pools.spokes.map((spoke) => ({ spoke, upTo })) });
      return { blocks: newest, keptBlock: kept, pools: { which: 'all', rows }, logs };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

async function readLogs(tx: Tx, chainId: number, above: number) {
  const since = and(eq(rawEvents.chainId, chainId), gt(rawEvents.blockNumber, above));
  const [found] = await tx.select({ logs: count() }).from(rawEvents).where(since);
  if ((found?.logs ?? 0) > MAX_LOGS) return null;
  return tx.select().from(rawEvents).where(since).orderBy(asc(rawEvents.blockNumber), asc(rawEvents.logIndex));
}

/** The newest blocks of a chain, the newest last. */
async function readNewest(tx: Tx, chainId: number, upTo: number): Promise<ReadBlock[]> {
  const rows = await tx
    .select({ number: blocks.number, hash: blocks.hash, timestampSec: blocks.timestampSec })
    .from(blocks)
    .where(and(eq(blocks.chainId, chainId), lte(blocks.number, upTo)))
    .orderBy(desc(blocks.number))
    .limit(REMEMBERED_BLOCKS);
  return rows.reverse();
}
