import { z } from 'zod';
import { freshness } from './chains.js';
import { addressText, bps, count, hashText, pageOf, place, seconds, tier, uintText } from './scalars.js';

/**
 * - `entering`: not active yet. `standing`: can be called. `leaving`: can be called until `exitAtSec`.
 * - `left`: waits to be collected by `withdraw`. `drawn`: a call took all of it.
 * - `split`: goes on as two others. `withdrawn`: taken back before it was active, or collected.
 * What any of them has earned is claimed apart.
 */
export const bidStates = ['entering', 'standing', 'leaving', 'left', 'drawn', 'split', 'withdrawn'] as const;

export const bid = z.object({
  spoke: count,
  chain: z.string(),
  bidId: uintText,
  owner: addressText,
  basket: count,
  tier,
  premiumBps: bps,
  state: z.enum(bidStates),
  standbyDebtUnits: uintText.describe('What it can be called for at the moment, rounded down'),
  enteringDebtUnits: uintText,
  activeAtSec: seconds.nullable().describe('Of an entering bid'),
  exitAtSec: seconds.nullable().describe('Of one that leaves or has left'),
  placed: place,
});

export const bidsAnswer = pageOf(bid).extend({ atSec: seconds, ...freshness });

/** A call that took a part of a bid, and what has come home for it so far. */
export const bidCall = z.object({
  spoke: count,
  bidId: uintText,
  basket: count,
  tier,
  gen: count.describe("The pool's number of the call"),
  legId: hashText,
  auctionId: hashText.nullable(),
  drawnDebtUnits: uintText.describe('From the whole pool'),
  partDebtUnits: uintText
    .nullable()
    .describe("The bid's part of it, rounded down; null where a call ended the pool's epoch"),
  complete: z.boolean().describe('No further result is expected'),
  called: place,
  results: z.array(
    z.object({
      kind: z.enum(['collateral', 'refund']),
      token: addressText.describe("On the spoke's chain"),
      amountTokenUnits: uintText.describe('For the whole pool'),
    }),
  ),
});

export const bidCallsAnswer = pageOf(bidCall).extend(freshness);

/** What `claim` would pay, asked of the spoke's chain; it pays to the owner whoever sends it. */
export const claimableToken = z.object({
  token: addressText.describe("On the spoke's chain"),
  hubToken: addressText.describe('The same on the hub'),
  kind: z.enum(['collateral', 'refund']),
  amountTokenUnits: uintText,
  fromCheckpoint: uintText.describe('As `claim` wants it'),
  toCheckpoint: uintText,
});

/** What `claimSkipped(bidId, gen, messageKind)` would pay: the result of a call that the pool has gone on without. */
export const skippedClaim = z.object({
  gen: count.describe("The pool's number of the call"),
  kind: z.enum(['collateral', 'refund']),
  messageKind: count.describe('The same as `claimSkipped` wants it'),
  token: addressText.describe("On the spoke's chain"),
  amountTokenUnits: uintText,
});

export const bidClaimable = z.object({
  spoke: count,
  bidId: uintText,
  collectableDebtUnits: uintText.describe('What `withdraw` would pay of an exit that has left'),
  tokens: z.array(claimableToken).describe('Only what is above zero'),
  skipped: z.array(skippedClaim).describe('Of calls that the pool has gone on without, each claimed by itself'),
});

export const claimableAnswer = pageOf(bidClaimable).extend({
  ...freshness,
  unanswered: z
    .array(z.object({ chain: z.string(), problem: z.string() }))
    .describe('Chains that did not answer: their bids are left out'),
});

export type BidState = (typeof bidStates)[number];
export type BidAnswer = z.infer<typeof bid>;
export type BidsAnswer = z.infer<typeof bidsAnswer>;
export type BidCall = z.infer<typeof bidCall>;
export type BidCallsAnswer = z.infer<typeof bidCallsAnswer>;
export type BidClaimable = z.infer<typeof bidClaimable>;
export type SkippedClaim = z.infer<typeof skippedClaim>;
export type ClaimableToken = z.infer<typeof claimableToken>;
export type ClaimableAnswer = z.infer<typeof claimableAnswer>;
