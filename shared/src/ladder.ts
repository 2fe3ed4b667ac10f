import { InvalidValueError } from './errors.js';
import type { Tier } from './ids.js';

/** A basket's premiums: `tierCount` equal steps of `tierStepBps`. */
export interface Ladder {
  readonly tierStepBps: number;
  readonly tierCount: number;
}

/** Premium of `tier` in basis points: `tierStepBps * (tier + 1)`. */
export function premiumBps(ladder: Ladder, tier: Tier): number {
  if (tier >= ladder.tierCount) throw new InvalidValueError('tier', tier, `a tier below ${ladder.tierCount}`);
  return ladder.tierStepBps * (tier + 1);
}
