import { z } from 'zod';
import { freshness } from './chains.js';
import { message } from './messages.js';
import { bps, bpsText, count, hashText, pageOf, place, seconds, tier, uintText } from './scalars.js';

/** `open` on the hub; `closed` and watched for what may come late; `finished`. */
export const auctionStates = ['open', 'closed', 'finished'] as const;

export const auction = z.object({
  auctionId: hashText,
  marketId: count,
  basket: count,
  state: z.enum(auctionStates),
  debtToCoverDebtUnits: uintText,
  coveredDebtUnits: uintText,
  maxCollateralUnits: uintText,
  collateralOutUnits: uintText.describe('Given to LPs and operators so far'),
  opened: place,
  deadlineSec: seconds,
  coveredSec: seconds.nullable().describe('When all of the debt was repaid'),
  closedSec: seconds.nullable(),
  rounds: count.describe('Plans that the hub has taken, also those that lapsed'),
  averagePremiumBps: bpsText
    .nullable()
    .describe('Of the debt that was covered, weighted by amount; null before the first'),
});

export const auctionsAnswer = pageOf(auction).extend(freshness);

const fill = z.object({ tier, premiumBps: bps, amountDebtUnits: uintText });

/** A clearing that a quorum signed. `signed` by this node and not on the hub yet, or never to be. */
export const plan = z.object({
  planHash: hashText,
  prevPlan: hashText,
  round: count,
  state: z.enum(['signed', 'committed', 'lapsed']),
  lapseReason: z.string().nullable(),
  priceE36: uintText.describe('Debt units that one smallest unit of collateral is worth, times 1e36'),
  callBySec: seconds,
  snapshot: z.object({
    hubBlock: count,
    hubTimestampSec: seconds,
    spokes: z.array(z.object({ spoke: count, blockNumber: count.describe('0: not read, and not used') })),
  }),
  legs: z.array(z.object({ legId: hashText, spoke: count, amountDebtUnits: uintText, fills: z.array(fill) })),
});

/**
 * How far a leg is: `planned`, `called` on its spoke, `arrived` on the hub, `settled` in part, then `ended` (wholly used or released),
 * `dispatched` (every receipt is on its way) and `recorded` on its spoke; or `expired`.
 */
export const legStates = [
  'planned',
  'called',
  'arrived',
  'settled',
  'ended',
  'dispatched',
  'recorded',
  'expired',
] as const;

export const leg = z.object({
  legId: hashText,
  planHash: hashText.nullable().describe('Null if no plan that is known here names it'),
  spoke: count,
  state: z.enum(legStates),
  drawnDebtUnits: uintText,
  usedDebtUnits: uintText,
  collateralUnits: uintText.describe('For the LPs'),
  feeCollateralUnits: uintText.describe('For the operators'),
});

/** A transaction that this database's nodes signed for the auction. */
export const transaction = z.object({
  chain: z.string(),
  hash: hashText,
  nonce: count,
  effect: z.string().describe('What it brings about: commit, call, settle, carry, dispatch, …'),
  fate: z.enum(['open', 'succeeded', 'reverted', 'dropped']).describe('dropped: another one took its nonce'),
  minedBlock: count.nullable(),
  signedSec: seconds,
});

export const timelineStep = z.object({
  at: place,
  event: z.string().describe("The contract's own name of it"),
  legId: hashText.nullable(),
});

export const auctionDetail = auction.extend({
  ...freshness,
  plans: z.array(plan),
  legs: z.array(leg),
  messages: z.array(message),
  transactions: z.array(transaction),
  timeline: z.array(timelineStep).describe('What the chains showed of it, by time'),
});

export type AuctionState = (typeof auctionStates)[number];
export type AuctionAnswer = z.infer<typeof auction>;
export type AuctionsAnswer = z.infer<typeof auctionsAnswer>;
export type PlanAnswer = z.infer<typeof plan>;
export type LegState = (typeof legStates)[number];
export type LegAnswer = z.infer<typeof leg>;
export type TransactionAnswer = z.infer<typeof transaction>;
export type TimelineStep = z.infer<typeof timelineStep>;
export type AuctionDetail = z.infer<typeof auctionDetail>;
