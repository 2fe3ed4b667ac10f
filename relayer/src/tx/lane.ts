import { chainErrorOf } from '@ala/shared/chainErrors';
import { readLatest } from '../chain/header.js';
import { moveRow, nextDue, type OutboxRow } from '../dispatch/outbox.js';
import type { Preparation, TransactionCall } from '../dispatch/preparation.js';
import { describeError } from '../lib/errors.js';
import { backoffMs } from '../lib/retry.js';
import { openLineage, storeAttempt, type Lineage } from './attempts.js';
import { RETRY, signingArgs, type LaneArgs } from './laneArgs.js';
import { LeaseLostError } from './lease.js';
import { settleLineage } from './settleLineage.js';
import { CannotPayError, signCall } from './signTransaction.js';

/** What has arrived waits for cheaper capital, or for the source: nothing is wrong. */
const EXPECTED_REFUSALS = ['NothingUsable'];
/** Stands in a row that a dry run would have sent. */
const NOT_SENT = 'dry run: not sent';
const DRY_RUN_RETRY_MS = 15_000;
/** How long a row waits that the signer cannot pay for. */
const PAY_RETRY_MS = 5_000;

/**
 * One signer on one chain: one transaction after the other, each stored before it is sent. A step settles what a
 * former run left open, or takes up the next due row.
 * @returns false if there was nothing to do.
 */
export async function laneStep(args: LaneArgs): Promise<boolean> {
  const open = await openLineage(args.db, args.chain.chainId, args.signer.address);
  if (open !== null) {
    await settleLineage(args, open);
    return true;
  }
  const row = await nextDue(args.db, args.chain.chainId);
  if (row === null) return false;
  await work(args, row);
  return true;
}

async function work(args: LaneArgs, row: OutboxRow): Promise<void> {
  const { db, log } = args;
  if (row.state !== 'pending' && !(await setBack(args, row))) return;
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
      return args.dryRun ? wouldSend(args, pending, preparation.call) : send(args, pending, preparation.call);
  }
}

/**
 * No attempt is open: what was signed for this row is settled, and the row only has to be told.
 * @returns false if another node has opened one meanwhile.
 */
async function setBack({ db, chain, signer, fence }: LaneArgs, row: OutboxRow): Promise<boolean> {
  return db.transaction(async (tx) => {
    await fence(tx);
    if ((await openLineage(tx, chain.chainId, signer.address)) !== null) return false;
    await moveRow(tx, row, { to: 'pending', runInMs: 0 });
    return true;
  });
}

async function send(args: LaneArgs, row: OutboxRow, call: TransactionCall): Promise<void> {
  const { chain, signer, db } = args;
  const outboxId = row.id;
  let lineage: Lineage;
  try {
    const signed = await signCall(signingArgs(args), call);
    const newest = await db.transaction(async (tx) => {
      await args.fence(tx);
      await moveRow(tx, row, { to: 'signed' });
      const { chainId } = chain;
      return storeAttempt(tx, { ...signed, outboxId, chainId, sender: signer.address, replaces: null });
    });
    lineage = { outboxId, nonce: signed.nonce, attempts: [newest], newest, ageMs: 0 };
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    // The observer has said it; no effect is to blame.
    if (error instanceof CannotPayError)
      return moveRow(db, row, { to: 'pending', lastError: error.message, runInMs: PAY_RETRY_MS });
    const revert = chainErrorOf(error);
    if (revert !== null && call.finalErrors.includes(revert.name)) {
      const seenIn = await readLatest(chain.provider);
      return moveRow(db, row, { to: 'obsolete', lastError: revert.text, seenIn });
    }
    return postpone(args, row, error);
  }
  await args.onStage('signed', [row.key]);
  await settleLineage(args, lineage, call.oneOfSeveral);
}

/** Simulates, and looks again later: the effect may come by others. */
async function wouldSend(args: LaneArgs, row: OutboxRow, call: TransactionCall): Promise<void> {
  const { chain, signer, db, log } = args;
  const { to, data, valueWei: value } = call;
  let gas: bigint;
  try {
    gas = await chain.provider.estimateGas({ from: signer.address, to, data, value });
  } catch (error) {
    return postpone(args, row, error);
  }
  const level = row.lastError === NOT_SENT ? 'debug' : 'info';
  log[level]({ key: row.key, chain: chain.name, to, valueWei: String(value), gas: String(gas) }, 'dry run: would send');
  await moveRow(db, row, { to: 'pending', lastError: NOT_SENT, runInMs: DRY_RUN_RETRY_MS });
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
