import { z } from 'zod';
import { count, hashText, seconds } from './scalars.js';

/** How far the node has read a chain. An answer says so of every chain that it stands on. */
export const chainProgress = z.object({
  chain: z.string(),
  chainId: count,
  blockNumber: count.nullable().describe('The last block that was read; null before the first'),
  blockHash: hashText.nullable(),
  timestampSec: seconds.nullable().describe("The block's own"),
  behind: z.boolean().describe('The block is older than the node allows: what the chain has shown since is missing'),
});

/** What every answer that stands on chains says of them. */
export const freshness = {
  asOf: z.array(chainProgress),
  behind: z.boolean().describe('One of the chains is behind'),
};

export const chainsAnswer = z.object({
  nowSec: seconds.describe("The node's clock"),
  maxLagSec: seconds.describe('A block older than this is behind'),
  ...freshness,
});

export type ChainProgress = z.infer<typeof chainProgress>;
export type ChainsAnswer = z.infer<typeof chainsAnswer>;
