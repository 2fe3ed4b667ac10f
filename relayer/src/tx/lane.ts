import { dueRows } from '../dispatch/outbox.js';
import { openLineages } from './attempts.js';
import type { LaneArgs } from './laneArgs.js';
import { settleLineages } from './settleLineages.js';
import { takeUp } from './takeUp.js';

/** `waiting`: for blocks, and nothing else is due. `idle`: nothing is under way either. */
export type LaneOutcome = 'worked' | 'waiting' | 'idle';

/**
 * One signer on one chain: its transactions take nonces in order, each is stored before it is sent, and several may wait for a block at
 * once. A step settles what blocks have by now, sends what is stored and was not sent, and takes up rows that are due.
 */
export async function laneStep(args: LaneArgs): Promise<LaneOutcome> {
  const { db, chain, signer } = args;
  const open = await openLineages(db, chain.chainId, signer.address);
  const { unsettled, changed, hole } = await settleLineages(args, open);
  const room = args.maxInFlight - unsettled.length;
  const limit = hole > 0 ? Math.min(hole, room) : room;
  const rows = limit > 0 ? await dueRows(db, args.share, { limit, fillsHole: hole > 0 }) : [];
  if (rows.length > 0) await takeUp(args, rows, unsettled);
  if (changed || rows.length > 0) return 'worked';
  return unsettled.length > 0 ? 'waiting' : 'idle';
}
