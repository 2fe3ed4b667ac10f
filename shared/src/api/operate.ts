import { z } from 'zod';
import { freshness } from './chains.js';
import { message } from './messages.js';
import { addressText, count, seconds, uintText } from './scalars.js';

/** Effects of one kind on one chain that have not ended. */
export const liveEffects = z.object({
  kind: z.string(),
  state: z.enum(['pending', 'signed', 'broadcast', 'mined']),
  count,
  oldestSec: seconds.describe('Age of the oldest of them'),
  overdueSec: seconds.describe('How long one is due and not taken up; 0 while all wait for a time to come'),
});

/** One signer on one chain. */
export const lane = z.object({
  chain: z.string(),
  sender: addressText,
  balanceWei: uintText.nullable().describe('Null while the RPC does not answer'),
  waitsForFees: z.boolean(),
  problem: z.string().nullable().describe('Why the signer cannot pay'),
  lease: z
    .object({ term: uintText, held: z.boolean().describe('A node holds it at the moment'), expiresSec: seconds })
    .nullable()
    .describe('Which turn of the nodes on this database it is; null before the first'),
  effects: z.array(liveEffects),
});

/** How the node that answers is; the rows are the same for every node on its database. */
export const operate = z.object({
  version: z.string(),
  dryRun: z.boolean(),
  ready: z.boolean(),
  problems: z.array(z.string()).describe('Why it is not ready, each in words that say where to look'),
  ...freshness,
  lanes: z.array(lane),
  stuckAfterSec: seconds,
  stuckMessages: z.array(message).describe('Older than that and not at their end, the oldest first'),
});

export type LiveEffects = z.infer<typeof liveEffects>;
export type LaneAnswer = z.infer<typeof lane>;
export type OperateAnswer = z.infer<typeof operate>;
