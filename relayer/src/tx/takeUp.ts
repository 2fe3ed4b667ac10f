import { chainErrorOf } from '@ala/shared/chainErrors';
import { readLatest } from '../chain/header.js';
import { lockRow, moveRow, moveRows, RowMovedError, type OutboxChange, type OutboxRow } from '../dispatch/outbox.js';
import type { Preparation, TransactionCall } from '../dispatch/preparation.js';
import { describeError } from '../lib/errors.js';
import { backoffMs } from '../lib/retry.js';
import { hasOpenAttempt, storeAttempts, type Lineage } from './attempts.js';
import { nameOf, RETRY, signingArgs, type LaneArgs } from './laneArgs.js';
import { sendStored } from './settleLineages.js';
import { CannotPayError, signCalls, type Signing, type SignedTransaction } from './signTransaction.js';

/** What has arrived waits for cheaper capital, or for the source: nothing is wrong. */
const EXPECTED_REFUSALS = ['NothingUsable'];
/** Stands in a row that a dry run would have sent. */
const NOT_SENT = 'dry run: not sent';
const DRY_RUN_RETRY_MS = 15_000;
/** How long a row waits that the signer cannot pay for. */
const PAY_RETRY_MS = 5_000;
/** How long a row waits that the signer can pay for once more of what is under way is mined. */
const PURSE_RETRY_MS = 500;

interface DueCall {
  readonly row: OutboxRow;
  readonly call: TransactionCall;
}

/** Asks what each row needs now; what is to be sent is signed, stored together, and only then sent. */
export async function takeUp(args: LaneArgs, rows: readonly OutboxRow[], underWay: readonly Lineage[]): Promise<void> {
  const due = (await Promise.all(rows.map((row) => prepare(args, row)))).filter((call) => call !== null);
  if (due.length === 0) return;
  if (args.dryRun) {
    await Promise.all(due.map((call) => wouldSend(args, call)));
    return;
  }
  const signings = await signAll(args, due, underWay);
  const signed: Signed[] = [];
  for (const [index, { row, call }] of due.entries()) {
    const signing = signings[index];
    if (signing?.type === 'signed') signed.push({ row, call, transaction: signing.transaction });
    else if (signing?.type === 'failed') await cannotSign(args, { row, call }, signing.error);
    else await move(args, row, { to: 'pending', runInMs: PURSE_RETRY_MS });
  }
  if (signed.length > 0) await storeAndSend(args, signed);
}

/** @returns null if there is nothing to send for the row now; it was moved then. */
async function prepare(args: LaneArgs, row: OutboxRow): Promise<DueCall | null> {
  if (row.state !== 'pending' && !(await setBack(args, row))) return null;
  const pending = { ...row, state: 'pending' as const };
  try {
    const preparation = await args.prepare(pending);
    switch (preparation.status) {
      case 'send':
        return { row: pending, call: preparation.call };
      case 'notReady':
        await move(args, pending, { to: 'pending', lastError: preparation.reason, runInMs: preparation.retryInMs });
        return null;
      case 'done':
        await move(args, pending, {
          to: 'done',
          lastError: null,
          seenIn: await readLatest(args.chain.provider),
        });
        return null;
      case 'obsolete':
        await endAsObsolete(args, pending, preparation);
        return null;
    }
  } catch (error) {
    await postpone(args, pending, error);
    return null;
  }
}

async function endAsObsolete(
  args: LaneArgs,
  row: OutboxRow,
  { reason, isStill }: Extract<Preparation, { status: 'obsolete' }>,
): Promise<void> {
  const change: OutboxChange = { to: 'obsolete', lastError: reason, seenIn: await readLatest(args.chain.provider) };
  if (isStill === undefined) await move(args, row, change);
  else {
    const ended = await args.db.transaction(async (tx) => {
      await lockRow(tx, row);
      if (!(await isStill(tx))) return false;
      await moveRow(tx, row, change);
      return true;
    });
    if (!ended) return;
  }
  args.log.info({ ...nameOf(row), reason }, 'effect is of no use any more');
}

/**
 * No attempt is open: what was signed for this row is settled, and the row only has to be told.
 * @returns false if another node or lane has opened one meanwhile.
 */
async function setBack({ db, fence, share }: LaneArgs, row: OutboxRow): Promise<boolean> {
  return db.transaction(async (tx) => {
    await fence(tx);
    if (await hasOpenAttempt(tx, row.id, share.senders)) return false;
    await moveRow(tx, row, { to: 'pending', runInMs: 0 });
    return true;
  });
}

/** An RPC that does not answer is no row's fault, but each of them waits for it. */
async function signAll(args: LaneArgs, due: readonly DueCall[], open: readonly Lineage[]): Promise<Signing[]> {
  const underWay = {
    nonces: new Set(open.map(({ nonce }) => nonce)),
    costWei: open.reduce((sumWei, { newest }) => sumWei + args.memory.costWei(newest), 0n),
  };
  try {
    return await signCalls(
      signingArgs(args),
      due.map(({ call }) => call),
      underWay,
    );
  } catch (error) {
    return due.map(() => ({ type: 'failed', error }));
  }
}

interface Signed extends DueCall {
  readonly transaction: SignedTransaction;
}

async function storeAndSend(args: LaneArgs, signed: readonly Signed[]): Promise<void> {
  const { db, chain, signer, memory } = args;
  const { chainId } = chain;
  const stored = await db.transaction(async (tx) => {
    await args.fence(tx);
    await moveRows(
      tx,
      signed.map(({ row }) => row),
      { to: 'signed' },
    );
    return storeAttempts(
      tx,
      signed.map(({ row, transaction }) => ({
        ...transaction,
        outboxId: row.id,
        chainId,
        sender: signer.address,
        replaces: null,
      })),
    );
  });
  const lineages = signed.map(({ row, call, transaction }, index): Lineage => {
    memory.signed(row.id, call.oneOfSeveral);
    const newest = stored[index];
    if (newest === undefined) throw new Error(`no attempt of row ${row.id} was stored`);
    return { row: { ...row, state: 'signed' }, nonce: transaction.nonce, attempts: [newest], newest, ageMs: 0 };
  });
  await args.onStage(
    'signed',
    signed.map(({ row }) => row.key),
  );
  const receptions = await sendStored(args, lineages);
  // It stands in the lane's way until it is taken or replaced.
  for (const reception of receptions.values()) if (reception.type === 'refused') throw reception.error;
}

async function cannotSign(args: LaneArgs, { row, call }: DueCall, error: unknown): Promise<void> {
  // The observer has said it; no effect is to blame.
  if (error instanceof CannotPayError)
    return move(args, row, { to: 'pending', lastError: error.message, runInMs: PAY_RETRY_MS });
  const revert = chainErrorOf(error);
  if (revert === null || !call.finalErrors.includes(revert.name)) return postpone(args, row, error);
  const seenIn = await readLatest(args.chain.provider);
  return move(args, row, { to: 'obsolete', lastError: revert.text, seenIn });
}

/** Simulates, and looks again later: the effect may come by others. */
async function wouldSend(args: LaneArgs, { row, call }: DueCall): Promise<void> {
  const { chain, signer, log } = args;
  const { to, data, valueWei: value } = call;
  let gas: bigint;
  try {
    gas = await chain.provider.estimateGas({ from: signer.address, to, data, value });
  } catch (error) {
    return postpone(args, row, error);
  }
  const level = row.lastError === NOT_SENT ? 'debug' : 'info';
  log[level](
    { ...nameOf(row), chain: chain.name, to, valueWei: String(value), gas: String(gas) },
    'dry run: would send',
  );
  await move(args, row, { to: 'pending', lastError: NOT_SENT, runInMs: DRY_RUN_RETRY_MS });
}

/** A problem is said once, and then only where somebody looks for it. */
async function postpone(args: LaneArgs, row: OutboxRow, error: unknown): Promise<void> {
  const revert = chainErrorOf(error);
  const problem = revert?.text ?? describeError(error);
  const attempts = row.attempts + 1;
  const runInMs = backoffMs(RETRY, attempts);
  const expected = revert !== null && EXPECTED_REFUSALS.includes(revert.name);
  const level = problem === row.lastError ? 'debug' : expected ? 'info' : 'warn';
  args.log[level](
    { ...nameOf(row), attempts, retryInMs: runInMs, problem },
    'effect refused or not reachable, retrying',
  );
  await move(args, row, { to: 'pending', attempts, lastError: problem, runInMs });
}

/** Nothing if another lane or node has moved the row since it was read: it is theirs now. */
async function move({ db, log }: LaneArgs, row: OutboxRow, change: OutboxChange): Promise<void> {
  try {
    await moveRow(db, row, change);
  } catch (error) {
    if (!(error instanceof RowMovedError)) throw error;
    log.debug(nameOf(row), 'the effect was taken up elsewhere');
  }
}
