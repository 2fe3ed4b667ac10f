import { and, eq, gt, gte, inArray, isNotNull, lte, sql, type SQL } from 'drizzle-orm';
import type { ChainId } from '@ala/shared/ids';
import type { Header } from '../chain/header.js';
import type { Db, Tx } from '../db/client.js';
import * as tables from '../db/chainTables.js';
import { outbox, txAttempts } from '../db/ownTables.js';
import { insertNew, rowsOf, type TableRows } from '../db/insertNew.js';
import { InconsistentReadError } from '../lib/errors.js';
import { cursorWriting, setCursorBack } from './cursor.js';
import type { AlaEvent } from './events.js';
import { toRows, type Rows } from './rows.js';

/** Tables of what was read from a chain; all of them are keyed by (chain, block, log index). */
const chainTables = [
  tables.rawEvents,
  tables.poolStates,
  tables.poolBuckets,
  tables.rolledEntries,
  tables.inFlights,
  tables.bids,
  tables.entryWithdrawals,
  tables.bidClosures,
  tables.auctions,
  tables.auctionEvents,
  tables.planCommits,
  tables.legs,
  tables.messages,
] as const;

/** Writes, in the blocks' own transaction, what their rows cause (the outbox rows of messages to be carried); returns their keys. */
export type Cause = (tx: Tx, rows: Rows) => Promise<readonly string[]>;

/**
 * Blocks, their events, what they cause and the cursor in one transaction; returns what `cause` does. Applying the same
 * blocks twice changes nothing.
 * @param finalBlock the newest of all stored blocks that is final now
 * @throws InconsistentReadError if they do not fit to what is stored, or leave out what is to be read before: another node on this
 * database has read another fork, or has undone one.
 */
export async function applyBlocks(
  db: Db,
  chainId: ChainId,
  headers: readonly Header[],
  events: readonly AlaEvent[],
  cause: Cause,
  finalBlock: number | null = null,
): Promise<readonly string[]> {
  const last = headers.at(-1);
  if (last === undefined) return [];
  const rows = toRows(events);
  return db.transaction(async (tx) => {
    await lockChain(tx, chainId);
    await checkFits(tx, chainId, headers);
    const stored = headers.map(({ number, hash, parentHash, timestampSec }) => ({
      chainId,
      number,
      hash,
      parentHash,
      timestampSec,
    }));
    await insertNew(
      tx,
      [rowsOf(tables.blocks, stored), ...rowsOfTables(rows)],
      [lookingAgainAtReplaced(tx, chainId, headers), ...cursorWriting(tx, chainId, last.number + 1, finalBlock)],
    );
    await wakeAuctions(tx, rows);
    return cause(tx, rows);
  });
}

/** Forgets everything above block `keep`; effects that were mined there are looked at again. */
export async function undoBlocks(db: Db, chainId: ChainId, keep: number): Promise<void> {
  await db.transaction(async (tx) => {
    await lockChain(tx, chainId);
    await wakeAuctionsAbove(tx, chainId, keep);
    for (const table of chainTables) {
      await tx.delete(table).where(and(eq(table.chainId, chainId), gt(table.blockNumber, keep)));
    }
    await tx.delete(tables.blocks).where(and(eq(tables.blocks.chainId, chainId), gt(tables.blocks.number, keep)));
    await setCursorBack(tx, chainId, keep);
    await tx.execute(lookingAgain(tx, chainId, gt(outbox.minedBlock, keep)));
    // Whether they come back is the chain's to say: a lane asks it before it signs.
    await tx
      .update(txAttempts)
      .set({ succeeded: false, minedBlock: null })
      .where(and(eq(txAttempts.chainId, chainId), gt(txAttempts.minedBlock, keep)));
  });
}

/** Nodes on one database take turns at a chain: what one has read of a fork must not mix with what another has. */
async function lockChain(tx: Tx, chainId: ChainId): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('ingest', ${chainId}))`);
}

async function checkFits(tx: Tx, chainId: ChainId, headers: readonly Header[]): Promise<void> {
  const [first, last] = [headers[0], headers.at(-1)];
  if (first === undefined || last === undefined) return;
  const expected = new Map([
    [first.number - 1, first.parentHash],
    ...headers.map(({ number, hash }) => [number, hash] as const),
  ]);
  const { blocks, cursors } = tables;
  const [cursor] = await tx
    .select({
      nextBlock: cursors.nextBlock,
      stored: sql<
        [number, string][] | null
      >`(select json_agg(json_build_array(${blocks.number}, encode(${blocks.hash}, 'hex')))
        from ${blocks} where ${and(eq(blocks.chainId, chainId), gte(blocks.number, first.number - 1), lte(blocks.number, last.number))})`,
    })
    .from(cursors)
    .where(eq(cursors.chainId, chainId));
  if (cursor === undefined) return;
  if (cursor.nextBlock < first.number)
    throw new InconsistentReadError(`block ${cursor.nextBlock} is to be read before block ${first.number}`);
  for (const [number, hash] of cursor.stored ?? []) {
    if (`0x${hash}` !== expected.get(number)) throw new InconsistentReadError(`another block ${number} is stored`);
  }
}

/** A lane can see an effect in a block that is replaced before it is read here: no reorg is found then, but another hash. */
function lookingAgainAtReplaced(tx: Tx, chainId: ChainId, headers: readonly Header[]): SQL {
  const numbers = sql.param(headers.map(({ number }) => number));
  const hashes = sql.param(headers.map(({ hash }) => Buffer.from(hash.slice(2), 'hex')));
  const replaced = sql`(select seen.id from unnest(${numbers}::bigint[], ${hashes}::bytea[]) header (number, hash)
    join ${outbox} seen on seen.chain_id = ${chainId} and seen.mined_block = header.number and seen.mined_hash <> header.hash)`;
  return lookingAgain(tx, chainId, inArray(outbox.id, replaced));
}

function lookingAgain(tx: Tx, chainId: ChainId, which: SQL): SQL {
  return tx
    .update(outbox)
    .set({ state: 'pending', minedBlock: null, minedHash: null, runAt: sql`now()`, updatedAt: sql`now()` })
    .where(and(eq(outbox.chainId, chainId), which, inArray(outbox.state, ['mined', 'done', 'obsolete'])))
    .getSQL();
}

function rowsOfTables(rows: Rows): TableRows[] {
  return [
    rowsOf(tables.rawEvents, rows.rawEvents),
    rowsOf(tables.poolStates, rows.poolStates),
    rowsOf(tables.poolBuckets, rows.poolBuckets),
    rowsOf(tables.rolledEntries, rows.rolledEntries),
    rowsOf(tables.inFlights, rows.inFlights),
    rowsOf(tables.bids, rows.bids),
    rowsOf(tables.entryWithdrawals, rows.entryWithdrawals),
    rowsOf(tables.bidClosures, rows.bidClosures),
    rowsOf(tables.auctions, rows.auctions),
    rowsOf(tables.auctionEvents, rows.auctionEvents),
    rowsOf(tables.planCommits, rows.planCommits),
    rowsOf(tables.legs, rows.legs),
    rowsOf(tables.messages, rows.messages),
  ];
}

/** A leg may come, or a plan be handed in, long after its auction was finished with. */
async function wakeAuctions(tx: Tx, { legs, planCommits }: Rows): Promise<void> {
  const arrived = legs.flatMap(({ kind, auctionId }) =>
    kind === 'arrived' && typeof auctionId === 'string' ? [auctionId] : [],
  );
  const ids = [...arrived, ...planCommits.map(({ auctionId }) => auctionId)];
  if (ids.length === 0) return;
  await tx.update(tables.auctions).set({ finishedAt: null }).where(inArray(tables.auctions.auctionId, ids));
}

/** What a reorg takes of an auction that was finished with has to be brought about again: the end of a leg that came late, say. */
async function wakeAuctionsAbove(tx: Tx, chainId: ChainId, keep: number): Promise<void> {
  const touched = [tables.legs, tables.planCommits, tables.auctionEvents].map(
    (table) =>
      sql`select ${table.auctionId} from ${table} where ${and(eq(table.chainId, chainId), gt(table.blockNumber, keep))}`,
  );
  const { auctions } = tables;
  await tx
    .update(auctions)
    .set({ finishedAt: null })
    .where(and(isNotNull(auctions.finishedAt), sql`${auctions.auctionId} in (${sql.join(touched, sql` union `)})`));
}
