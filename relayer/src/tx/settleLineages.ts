import { isError } from 'ethers';
import { moveRow, moveRows, moveRowsMined } from '../dispatch/outbox.js';
import type { OutboxState } from '../dispatch/outboxState.js';
import { describeError } from '../lib/errors.js';
import { groupBy } from '../lib/groupBy.js';
import { backoffMs } from '../lib/retry.js';
import { closeLineages, storeAttempts, type Lineage } from './attempts.js';
import { handIn, readFates, readUsedNonces, type Fate, type Reception } from './broadcast.js';
import { fillHole } from './fillHole.js';
import { nameOf, RETRY, signingArgs, type LaneArgs } from './laneArgs.js';
import { signReplacement } from './signTransaction.js';

/** After this the same bytes are sent again: a node may have dropped them. */
const RESEND_MS = 30_000;

/** What is outbid would be so again at once: what was preferred to it is mined, or dropped, in its own time. */
const OUTBID_RESEND_MS = 1_000;

const UNKNOWN: Fate = { type: 'unknown' };

export interface Settled {
  /** What may still be mined. */
  readonly unsettled: readonly Lineage[];
  readonly changed: boolean;
  /** So many nonces are free below all that waits. */
  readonly hole: number;
}

/**
 * Brings the rows of what blocks have by now to the state that its fate gives, and sends the rest, if this run has not or a node may have
 * dropped it. What no block has after `replaceAfterMs` gets a successor, which is stored and left to the next step to send; where a lower nonce
 * is free, its call gets that one as well.
 * @throws what a node refused a transaction with that cannot be replaced: the lane waits longer each time.
 */
export async function settleLineages(args: LaneArgs, open: readonly Lineage[]): Promise<Settled> {
  if (open.length === 0) return { unsettled: [], changed: false, hole: 0 };
  const lineages = await takeUpAgain(args, open);
  const usedNonces = await readUsedNonces(handedTo(args));
  args.memory.sawUsedNonces(usedNonces);
  const fates = await readFates(handedTo(args), lineages, usedNonces);
  const fateOf = new Map(lineages.map((lineage, index) => [lineage, fates[index] ?? UNKNOWN]));
  const ended = onePerRow(lineages.filter((lineage) => fateOf.get(lineage)?.type !== 'unknown'));
  await end(args, new Map(ended.map((lineage) => [lineage, fateOf.get(lineage) ?? UNKNOWN])));
  const unsettled = lineages.filter((lineage) => !ended.includes(lineage));
  // Another one of a row whose state has just changed has its turn in the next step.
  const movedRows = new Set(ended.map(({ row }) => row.id));
  const waiting = unsettled.filter((lineage) => !movedRows.has(lineage.row.id));
  const unsent = waiting.filter((lineage) => isUnsent(args, lineage));
  const receptions = await sendStored(args, unsent);
  const stored = (await fillHole(args, waiting, usedNonces)) || (await replaceLate(args, waiting, receptions));
  const [lowest] = unsettled;
  const hole = lowest === undefined || stored ? 0 : Math.max(0, lowest.nonce - usedNonces);
  return { unsettled, changed: unsettled.length < lineages.length || unsent.length > 0 || stored, hole };
}

/** Hands in what is stored; who is told of it knows that a node has taken it. */
export async function sendStored(
  args: LaneArgs,
  lineages: readonly Lineage[],
): Promise<ReadonlyMap<Lineage, Reception>> {
  if (lineages.length === 0) return new Map();
  const { db, memory, clock } = args;
  const receptions = await handIn(handedTo(args), lineages);
  const receptionOf = new Map<Lineage, Reception>();
  for (const [index, reception] of receptions.entries()) {
    const lineage = lineages[index];
    if (lineage !== undefined) receptionOf.set(lineage, reception);
  }
  const receivedAs = (type: Reception['type']) => lineages.filter((lineage) => receptionOf.get(lineage)?.type === type);
  const taken = receivedAs('taken');
  const nowMs = clock.nowMs();
  for (const { newest } of taken) memory.sent(newest, nowMs);
  for (const { newest } of receivedAs('outbid')) memory.outbid(newest, nowMs);
  if (taken.length > 0) {
    await moveRows(db, onePerRow(taken).map(rowOf), { to: 'broadcast' });
    await args.onStage(
      'sent',
      taken.map(({ row }) => row.key),
    );
  }
  return receptionOf;
}

/** An open lineage comes first, whatever its row was set to beside it: the row is that of a signed transaction again. */
async function takeUpAgain(args: LaneArgs, open: readonly Lineage[]): Promise<readonly Lineage[]> {
  const strays = open.filter(({ row }) => row.state !== 'signed' && row.state !== 'broadcast');
  if (strays.length === 0) return open;
  await args.db.transaction(async (tx) => {
    await args.fence(tx);
    for (const { row } of onePerRow(strays)) {
      if (row.state !== 'pending') await moveRow(tx, row, { to: 'pending', runInMs: 0 });
      await moveRow(tx, { id: row.id, state: 'pending' }, { to: 'signed' });
    }
  });
  const state: OutboxState = 'signed';
  return open.map((lineage) => (strays.includes(lineage) ? { ...lineage, row: { ...lineage.row, state } } : lineage));
}

interface Mined {
  readonly lineage: Lineage;
  readonly fate: Extract<Fate, { type: 'mined' }>;
}

/** Closes what has come to its fate, one of a row, in one transaction, and then decides what becomes of each row. */
async function end(args: LaneArgs, fateOf: ReadonlyMap<Lineage, Fate>): Promise<void> {
  const { db, log, memory } = args;
  const mined: Mined[] = [];
  const replaced: Lineage[] = [];
  for (const [lineage, fate] of fateOf) {
    if (fate.type === 'mined') mined.push({ lineage, fate });
    if (fate.type === 'replaced') replaced.push(lineage);
  }
  if (mined.length + replaced.length === 0) return;
  await db.transaction(async (tx) => {
    // For a node that has lost its lease it may be a newer attempt of the same lineage that took the nonce.
    await args.fence(tx);
    await closeLineages(tx, [
      ...replaced.map((lineage) => ({ lineage, mined: null })),
      ...mined.map(({ lineage, fate: { attempt, succeeded, block } }) => {
        return { lineage, mined: { id: attempt.id, succeeded, minedBlock: block.number } };
      }),
    ]);
    const lost = { to: 'pending', lastError: 'nonce was used elsewhere', runInMs: RETRY.firstMs } as const;
    await moveRows(tx, replaced.map(rowOf), lost);
    await moveRowsMined(
      tx,
      mined.map(({ lineage: { row }, fate }) => ({ id: row.id, state: row.state, minedIn: fate.block })),
    );
  });
  if (mined.length > 0)
    await args.onStage(
      'mined',
      mined.map(({ lineage }) => lineage.row.key),
    );
  for (const { lineage, fate } of mined) {
    const { attempt, block, succeeded } = fate;
    const level = succeeded ? 'info' : 'warn';
    log[level]({ ...nameOf(lineage.row), hash: attempt.hash, block: block.number, succeeded }, 'transaction mined');
  }
  await afterMined(args, mined);
  for (const { row, attempts } of fateOf.keys()) memory.forget(row.id, attempts);
}

/** A success ends a row unless more transactions may be due; then, as after a failure, the chain is asked again. */
async function afterMined({ db, memory }: LaneArgs, mined: readonly Mined[]): Promise<void> {
  const succeeded = mined.filter(({ fate }) => fate.succeeded).map(({ lineage }) => minedRow(lineage));
  const [several, single] = [true, false].map((isOne) =>
    succeeded.filter(({ id }) => memory.isOneOfSeveral(id) === isOne),
  );
  await moveRows(db, single ?? [], { to: 'done', lastError: null });
  await moveRows(db, several ?? [], { to: 'pending', runInMs: 0 });
  for (const { lineage } of mined.filter(({ fate }) => !fate.succeeded)) {
    const attempts = lineage.row.attempts + 1;
    await moveRow(db, minedRow(lineage), {
      to: 'pending',
      attempts,
      lastError: 'transaction was mined and reverted',
      runInMs: backoffMs(RETRY, attempts),
    });
  }
}

function isUnsent({ memory, log, clock }: LaneArgs, { newest, row, nonce }: Lineage): boolean {
  const nowMs = clock.nowMs();
  if (memory.isOutbid(newest, nowMs, OUTBID_RESEND_MS)) return false;
  const sinceMs = memory.sinceSentMs(newest, nowMs);
  if (sinceMs === null) return true;
  if (sinceMs < RESEND_MS) return false;
  log.warn({ ...nameOf(row), hash: newest.hash, nonce }, 'transaction is not mined yet, sending it again');
  return true;
}

/**
 * Offers higher fees for what has waited too long: for the lowest nonce, which holds up all others, and for those that the base fee
 * has priced out. @returns whether a successor was stored.
 */
async function replaceLate(
  args: LaneArgs,
  unsettled: readonly Lineage[],
  receptions: ReadonlyMap<Lineage, Reception>,
): Promise<boolean> {
  let replaced = false;
  for (const [index, lineage] of unsettled.entries()) {
    const reception = receptions.get(lineage);
    const refusal = reception?.type === 'refused' ? reception : null;
    const isLate = lineage.ageMs >= args.replaceAfterMs;
    // What the node says in words of its own may be that the fees are too low. Missing funds has a code, and higher fees do not help.
    if (refusal !== null && (!isLate || !isError(refusal.error, 'UNKNOWN_ERROR'))) throw refusal.error;
    // What was handed in just now may be in the next block.
    if (!isLate || reception?.type === 'taken' || !mayLook(args, lineage, refusal !== null)) continue;
    if (refusal !== null)
      args.log.debug({ ...nameOf(lineage.row), cause: describeError(refusal.error) }, 'transaction is not taken');
    if (await replace(args, lineage, { onlyIfPricedOut: index > 0 && refusal === null })) replaced = true;
    else if (refusal !== null) throw refusal.error;
  }
  return replaced;
}

function mayLook({ memory, replaceAfterMs, clock }: LaneArgs, { newest }: Lineage, atOnce: boolean): boolean {
  return atOnce || memory.mayLookAtFees(newest, clock.nowMs(), Math.min(RESEND_MS, replaceAfterMs));
}

/** @returns false if cap or balance leave no room for higher fees, or if they are not needed. */
async function replace(
  args: LaneArgs,
  { row, nonce, newest }: Lineage,
  { onlyIfPricedOut }: { readonly onlyIfPricedOut: boolean },
): Promise<boolean> {
  const { chain, signer, db, log } = args;
  const signed = await signReplacement(signingArgs(args), newest.raw, { onlyIfPricedOut });
  if (signed === null) return false;
  const { chainId } = chain;
  await db.transaction(async (tx) => {
    await args.fence(tx);
    await storeAttempts(tx, [{ ...signed, outboxId: row.id, chainId, sender: signer.address, replaces: newest.id }]);
  });
  const names = { ...nameOf(row), nonce, hash: signed.hash, replaces: newest.hash };
  log.info(names, 'transaction waits too long, offering higher fees');
  await args.onStage('signed', [row.key]);
  return true;
}

function handedTo({ chain, signer }: LaneArgs) {
  return { provider: chain.provider, sender: signer.address };
}

/** The first of each row. */
function onePerRow(lineages: readonly Lineage[]): Lineage[] {
  return [...groupBy(lineages, ({ row }) => row.id).values()].map(([first]) => first);
}

function rowOf({ row }: Lineage) {
  return row;
}

function minedRow({ row }: Lineage) {
  return { id: row.id, state: 'mined' as const };
}
