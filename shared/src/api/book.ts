import { z } from 'zod';
import { freshness } from './chains.js';
import { addressText, bps, count, seconds, tier, uintText } from './scalars.js';

const depth = {
  standbyDebtUnits: uintText.describe('Can be called at the moment'),
  leavingDebtUnits: uintText.describe('The part of it that was asked to leave'),
  enteringDebtUnits: uintText.describe('Not active yet'),
};

/** One pool: a tier on a spoke. */
export const poolDepth = z.object({ spoke: count, calls: count, epoch: count, ...depth });

export const tierDepth = z.object({ tier, premiumBps: bps, ...depth, pools: z.array(poolDepth) });

export const spokeDepth = z.object({
  spoke: count,
  chain: z.string(),
  ...depth,
  inFlightDebtUnits: uintText.describe('Drawn by calls whose results are not complete'),
  maxInFlightDebtUnits: uintText,
});

/** The global book of a basket, the cheapest premium first; only pools that hold something, or will. */
export const book = z.object({
  basket: count,
  atSec: seconds.describe('What was due by then has entered or left'),
  ...freshness,
  ...depth,
  spokes: z.array(spokeDepth),
  tiers: z.array(tierDepth),
});

/** An LP's own part of the book. */
export const ownPool = z.object({
  tier,
  premiumBps: bps,
  spoke: count,
  ...depth,
  poolStandbyDebtUnits: uintText,
  cheaperDebtUnits: uintText.describe('What stands by in all tiers below, and is called first'),
});

export const ownDepth = z.object({
  owner: addressText,
  basket: count,
  atSec: seconds,
  ...freshness,
  ...depth,
  pools: z.array(ownPool),
});

export type Book = z.infer<typeof book>;
export type TierDepth = z.infer<typeof tierDepth>;
export type PoolDepth = z.infer<typeof poolDepth>;
export type SpokeDepth = z.infer<typeof spokeDepth>;
export type OwnDepth = z.infer<typeof ownDepth>;
