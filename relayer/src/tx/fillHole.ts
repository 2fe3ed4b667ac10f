import { storeAttempts, type Lineage } from './attempts.js';
import { nameOf, signingArgs, type LaneArgs } from './laneArgs.js';
import { signAgain } from './signTransaction.js';

/** How often a lane that cannot pay for it looks again. */
const LOOK_EVERY_MS = 5_000;

/**
 * A reorg may leave a nonce free below those that wait, and no row is due that would take it: no block can have what is behind it. What
 * waits next and is late is signed with the free nonce as well. Of the two transactions of its row the first has the effect; the other
 * one finds it there, as it would find that of somebody else. What was removed is not sent for this: its effect may be wanted no more.
 *
 * @param waiting in the order of their nonces
 * @returns whether a transaction was stored; the next step sends it.
 */
export async function fillHole(args: LaneArgs, waiting: readonly Lineage[], usedNonces: number): Promise<boolean> {
  const { chain, signer, db, log, memory, clock } = args;
  const [lowest] = waiting;
  if (lowest === undefined || lowest.nonce <= usedNonces || lowest.ageMs < args.replaceAfterMs) return false;
  if (!memory.mayLookAtFees(lowest.newest, clock.nowMs(), Math.min(LOOK_EVERY_MS, args.replaceAfterMs))) return false;
  const { row, newest } = lowest;
  const signed = await signAgain(signingArgs(args), newest.raw, usedNonces);
  if (signed === null) return false;
  await db.transaction(async (tx) => {
    await args.fence(tx);
    await storeAttempts(tx, [
      { ...signed, outboxId: row.id, chainId: chain.chainId, sender: signer.address, replaces: null },
    ]);
  });
  const names = { ...nameOf(row), nonce: usedNonces, hash: signed.hash, waitsWith: lowest.nonce };
  log.info(names, 'a nonce is free below what waits, taking it for the same call');
  await args.onStage('signed', [row.key]);
  return true;
}
