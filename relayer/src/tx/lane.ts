import { eq } from 'drizzle-orm';
import type { Wallet } from 'ethers';
import type { Logger } from 'pino';
import { chainErrorOf } from '@ala/shared/chainErrors';
import { toAddress, type Address } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import { readLatest } from '../chain/header.js';
import type { Db, Tx } from '../db/client.js';
import { outbox } from '../db/schema.js';
import { moveRow, nextDue, type OutboxRow } from '../dispatch/outbox.js';
import type { OutboxState } from '../dispatch/outboxState.js';
import type { Preparation, TransactionCall } from '../dispatch/preparation.js';
import { describeError } from '../lib/errors.js';
import { backoffMs } from '../lib/retry.js';
import { closeAttempt, openAttempt, storeAttempt, type Attempt } from './attempts.js';
import { broadcast } from './broadcast.js';
import { LeaseLostError } from './lease.js';
import { signTransaction } from './signTransaction.js';
import type { OnStage } from './stage.js';

export interface LaneArgs {
  readonly chain: Chain;
  readonly wallet: Wallet;
  readonly db: Db;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly prepare: (row: OutboxRow) => Promise<Preparation>;
  /** Throws `LeaseLostError` in a transaction that would store something to be sent, if another node may send by now. */
  readonly fence: (tx: Tx) => Promise<void>;
  readonly onStage: OnStage;
}

const RETRY = { firstMs: 250, maxMs: 15_000 };
/** What has arrived waits for cheaper capital, or for the source: nothing is wrong. */
const EXPECTED_REFUSALS = ['NothingUsable'];
const RECEIPT_PATIENCE_MS = 30_000;

/**
 * One signer on one chain: one transaction after the other, each stored before it is sent. A step settles what a
 * former run left open, or takes up the next due row.
 * @returns false if there was nothing to do.
 */
export async function laneStep(args: LaneArgs): Promise<boolean> {
  const open = await openAttempt(args.db, args.chain.chainId, sender(args));
  if (open !== null) {
    await settleAttempt(args, open);
    return true;
  }
  const row = await nextDue(args.db, args.chain.chainId);
  if (row === null) return false;
  await work(args, row);
  return true;
}

async function work(args: LaneArgs, row: OutboxRow): Promise<void> {
  const { db, log } = args;
  // No attempt is open: what was signed for this row is settled, and the row only has to be told.
  if (row.state !== 'pending') await moveRow(db, row, { to: 'pending', runInMs: 0 });
  const pending = { ...row, state: 'pending' as const };
  let preparation: Preparation;
  try {
    preparation = await args.prepare(pending);
  } catch (error) {
    return postpone(args, pending, error);
  }
  switch (preparation.status) {
    case 'done':
      return moveRow(db, pending, { to: 'done', lastError: null, seenIn: await readLatest(args.chain.provider) });
    case 'obsolete':
      log.info({ key: row.key, reason: preparation.reason }, 'effect is of no use any more');
      return moveRow(db, pending, {
        to: 'obsolete',
        lastError: preparation.reason,
        seenIn: await readLatest(args.chain.provider),
      });
    case 'notReady':
      return moveRow(db, pending, { to: 'pending', lastError: preparation.reason, runInMs: preparation.retryInMs });
    case 'send':
      return send(args, pending, preparation.call);
  }
}

async function send(args: LaneArgs, row: OutboxRow, call: TransactionCall): Promise<void> {
  const { chain, wallet, db } = args;
  let attempt: Attempt;
  try {
    const signed = await signTransaction(chain.provider, wallet, chain.chainId, call);
    attempt = await db.transaction(async (tx) => {
      await args.fence(tx);
      await moveRow(tx, row, { to: 'signed' });
      return storeAttempt(tx, { ...signed, outboxId: row.id, chainId: chain.chainId, sender: sender(args) });
    });
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    const revert = chainErrorOf(error);
    if (revert !== null && call.finalErrors.includes(revert.name)) {
      const seenIn = await readLatest(chain.provider);
      return moveRow(db, row, { to: 'obsolete', lastError: revert.text, seenIn });
    }
    return postpone(args, row, error);
  }
  await args.onStage('signed', [row.key]);
  await settleAttempt(args, attempt, call.oneOfSeveral);
}

/** Sends the transaction (again) and brings its row to the state that its fate gives. */
async function settleAttempt(args: LaneArgs, attempt: Attempt, oneOfSeveral = true): Promise<void> {
  const { chain, db, log, signal } = args;
  const [row] = await db.select().from(outbox).where(eq(outbox.id, attempt.outboxId));
  if (row === undefined) throw new Error(`attempt ${attempt.id} has no outbox row`);
  let state: OutboxState = row.state;
  const fate = await broadcast({
    provider: chain.provider,
    attempt,
    sender: args.wallet.address,
    signal,
    patienceMs: RECEIPT_PATIENCE_MS,
    onAccepted: async () => {
      await moveRow(db, { id: row.id, state }, { to: 'broadcast' });
      state = 'broadcast';
      await args.onStage('sent', [row.key]);
    },
  });
  const { key } = row;
  if (fate.type === 'unknown') {
    log.warn({ key, hash: attempt.hash, nonce: attempt.nonce }, 'transaction is not mined yet, waiting on');
    return;
  }
  if (fate.type === 'replaced') {
    await closeAttempt(db, attempt.id, { succeeded: false, minedBlock: null });
    return moveRow(
      db,
      { id: row.id, state },
      { to: 'pending', lastError: 'nonce was used elsewhere', runInMs: RETRY.firstMs },
    );
  }
  await db.transaction(async (tx) => {
    await closeAttempt(tx, attempt.id, { succeeded: fate.succeeded, minedBlock: fate.block.number });
    await moveRow(tx, { id: row.id, state }, { to: 'mined', seenIn: fate.block });
  });
  await args.onStage('mined', [key]);
  log.debug({ key, hash: attempt.hash, block: fate.block.number, succeeded: fate.succeeded }, 'transaction mined');
  await afterMined(args, { id: row.id, attempts: row.attempts }, fate.succeeded, oneOfSeveral);
}

/** A success ends a row unless more transactions may be due; then, as after a failure, the chain is asked again. */
async function afterMined(
  { db }: LaneArgs,
  row: { id: number; attempts: number },
  succeeded: boolean,
  oneOfSeveral: boolean,
): Promise<void> {
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

/** A problem is said once, and then only where somebody looks for it. */
async function postpone({ db, log }: LaneArgs, row: OutboxRow, error: unknown): Promise<void> {
  const revert = chainErrorOf(error);
  const problem = revert?.text ?? describeError(error);
  const attempts = row.attempts + 1;
  const runInMs = backoffMs(RETRY, attempts);
  const expected = revert !== null && EXPECTED_REFUSALS.includes(revert.name);
  const level = problem === row.lastError ? 'debug' : expected ? 'info' : 'warn';
  log[level]({ key: row.key, attempts, retryInMs: runInMs, problem }, 'effect refused or not reachable, retrying');
  await moveRow(db, row, { to: 'pending', attempts, lastError: problem, runInMs });
}

function sender(args: LaneArgs): Address {
  return toAddress(args.wallet.address);
}
