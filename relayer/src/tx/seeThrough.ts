import { pause } from '../lib/retry.js';
import { openLineages } from './attempts.js';
import { laneStep } from './lane.js';
import type { LaneArgs } from './laneArgs.js';

/** For tests: ends what is open and takes up nothing new; if nothing is, takes up what is due and ends that. */
export async function seeThrough(args: LaneArgs): Promise<boolean> {
  const open = await openLineages(args.db, args.chain.chainId, args.signer.address);
  const worked = open.length > 0 || (await laneStep(args)) === 'worked';
  while ((await laneStep({ ...args, maxInFlight: 0 })) !== 'idle') await pause(5, args.signal);
  return worked;
}
