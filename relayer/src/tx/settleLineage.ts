import { eq } from 'drizzle-orm';
import { isError } from 'ethers';
import { outbox } from '../db/ownTables.js';
import { moveRow } from '../dispatch/outbox.js';
import type { OutboxState } from '../dispatch/outboxState.js';
import { describeError } from '../lib/errors.js';
import { backoffMs } from '../lib/retry.js';
import { closeLineage, storeAttempt, type Lineage } from './attempts.js';
import { broadcast, type Fate } from './broadcast.js';
import { RETRY, signingArgs, type LaneArgs } from './laneArgs.js';
import { signReplacement } from './signTransaction.js';

/** After this the same bytes are sent again: a node may have dropped them. */
const RECEIPT_PATIENCE_MS = 30_000;

interface Row {
  readonly id: number;
  readonly key: string;
  readonly attempts: number;
  state: OutboxState;
}

/** No node has the transaction, and this one does not take it. */
interface Refusal {
  readonly type: 'refused';
  readonly error: unknown;
}

/**
 * Sends the newest attempt (again) and brings its row to the state that its fate gives. An attempt that no block has after
 * `replaceAfterMs` gets a successor, which is stored and left to the next step to send.
 */
export async function settleLineage(args: LaneArgs, lineage: Lineage, oneOfSeveral = true): Promise<void> {
  const { db, log } = args;
  const [stored] = await db.select().from(outbox).where(eq(outbox.id, lineage.outboxId));
  if (stored === undefined) throw new Error(`attempt ${lineage.newest.id} has no outbox row`);
  const row: Row = { id: stored.id, key: stored.key, attempts: stored.attempts, state: stored.state };
  if (row.state !== 'signed' && row.state !== 'broadcast') await takeUpAgain(args, row);
  const { key } = row;
  const patienceMs = Math.min(RECEIPT_PATIENCE_MS, args.replaceAfterMs);
  const isLate = lineage.ageMs + patienceMs >= args.replaceAfterMs;
  const fate = await fateOf(args, lineage, row, { patienceMs, isLate });
  if (fate.type === 'refused') {
    // The lane waits longer each time that it fails.
    if (!(await replace(args, lineage, key))) throw fate.error;
    return;
  }
  if (fate.type === 'unknown') {
    if (args.signal.aborted || (isLate && (await replace(args, lineage, key)))) return;
    log.warn({ key, hash: lineage.newest.hash, nonce: lineage.nonce }, 'transaction is not mined yet, waiting on');
    return;
  }
  if (fate.type === 'replaced') {
    // For a node that has lost its lease it may be a newer attempt of the same lineage that took the nonce.
    return db.transaction(async (tx) => {
      await args.fence(tx);
      await closeLineage(tx, lineage, null);
      await moveRow(tx, row, { to: 'pending', lastError: 'nonce was used elsewhere', runInMs: RETRY.firstMs });
    });
  }
  const { attempt, succeeded, block } = fate;
  await db.transaction(async (tx) => {
    await args.fence(tx);
    await closeLineage(tx, lineage, { id: attempt.id, succeeded, minedBlock: block.number });
    await moveRow(tx, row, { to: 'mined', seenIn: block });
  });
  await args.onStage('mined', [key]);
  log.debug({ key, hash: attempt.hash, block: block.number, succeeded }, 'transaction mined');
  await afterMined(args, row, succeeded, oneOfSeveral);
}

/** An open lineage comes first, whatever its row was set to beside it: the row is that of a signed transaction again. */
async function takeUpAgain({ db, fence }: LaneArgs, row: Row): Promise<void> {
  await db.transaction(async (tx) => {
    await fence(tx);
    if (row.state !== 'pending') await moveRow(tx, row, { to: 'pending', runInMs: 0 });
    await moveRow(tx, { id: row.id, state: 'pending' }, { to: 'signed' });
  });
  row.state = 'signed';
}

async function fateOf(
  { chain, signer, db, log, signal, clock, onStage }: LaneArgs,
  lineage: Lineage,
  row: Row,
  { patienceMs, isLate }: { patienceMs: number; isLate: boolean },
): Promise<Fate | Refusal> {
  try {
    return await broadcast({
      provider: chain.provider,
      lineage,
      sender: signer.address,
      signal,
      clock,
      patienceMs,
      onAccepted: async () => {
        await moveRow(db, row, { to: 'broadcast' });
        row.state = 'broadcast';
        await onStage('sent', [row.key]);
      },
    });
  } catch (error) {
    // What the node says in words of its own may be that the fees are too low. Missing funds has a code, and higher fees do not help.
    if (!isLate || !isError(error, 'UNKNOWN_ERROR')) throw error;
    log.debug({ key: row.key, cause: describeError(error) }, 'transaction is not taken');
    return { type: 'refused', error };
  }
}

/** @returns false if cap or balance leave no room for higher fees. */
async function replace(args: LaneArgs, { outboxId, nonce, newest }: Lineage, key: string): Promise<boolean> {
  const { chain, signer, db, log } = args;
  const signed = await signReplacement(signingArgs(args), newest.raw);
  if (signed === null) return false;
  const { chainId } = chain;
  await db.transaction(async (tx) => {
    await args.fence(tx);
    await storeAttempt(tx, { ...signed, outboxId, chainId, sender: signer.address, replaces: newest.id });
  });
  log.info(
    { key, nonce, hash: signed.hash, replaces: newest.hash },
    'transaction waits too long, offering higher fees',
  );
  await args.onStage('signed', [key]);
  return true;
}

/** A success ends a row unless more transactions may be due; then, as after a failure, the chain is asked again. */
async function afterMined({ db }: LaneArgs, row: Row, succeeded: boolean, oneOfSeveral: boolean): Promise<void> {
  const mined = { id: row.id, state: 'mined' as const };
  if (succeeded && !oneOfSeveral) return moveRow(db, mined, { to: 'done', lastError: null });
  if (succeeded) return moveRow(db, mined, { to: 'pending', runInMs: 0 });
  const attempts = row.attempts + 1;
  return moveRow(db, mined, {
    to: 'pending',
    attempts,
    lastError: 'transaction was mined and reverted',
    runInMs: backoffMs(RETRY, attempts),
  });
}
