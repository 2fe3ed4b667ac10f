import { callSpoke, type OnSpoke, type Outcome } from './callSpoke.js';
import type { Claimable } from './bids.js';
import { KIND_OF_PART, type SkippedPart } from './openCalls.js';

/** Whose bid, and where. */
export interface OfBid extends OnSpoke {
  readonly bidId: bigint;
}

/**
 * Asks for `amount` (hub units) of a bid to leave. `WithdrawRequested`: it leaves at `exitAtSec` as the bid `exitBidId`, and can be
 * called until then. `EntryWithdrawn`: the bid was not active yet, and the amount was paid back at once.
 */
export async function requestWithdraw(
  of: OfBid,
  amount: bigint,
): Promise<Outcome<'WithdrawRequested'> | Outcome<'EntryWithdrawn'>> {
  return callSpoke(of, 'requestWithdraw', [of.bidId, amount], ['WithdrawRequested', 'EntryWithdrawn']);
}

/** Collects an exiting bid that has left; it is paid to its owner, whoever asks. */
export async function withdraw(of: OfBid): Promise<Outcome<'Withdrawn'>> {
  return callSpoke(of, 'withdraw', [of.bidId], ['Withdrawn']);
}

/** Claims what a bid has earned of one token, as `readBid` says it; it is paid to its owner, whoever asks. */
export async function claim(of: OfBid, what: Claimable): Promise<Outcome<'Claimed'>> {
  return callSpoke(of, 'claim', [of.bidId, what.token, what.fromCheckpoint, what.toCheckpoint], ['Claimed']);
}

/** Claims a part of a skipped call's result. */
export async function claimSkipped(of: OfBid, gen: number, part: SkippedPart): Promise<Outcome<'Claimed'>> {
  return callSpoke(of, 'claimSkipped', [of.bidId, gen, KIND_OF_PART[part]], ['Claimed']);
}

/** Bids again, in `tier`, with what a bid was refunded: `refund` is what `refundOf` says of it. Owner only. */
export async function rebid(of: OfBid, tier: number, refund: Claimable): Promise<Outcome<'Rebid'>> {
  return callSpoke(of, 'rebid', [of.bidId, tier, refund.fromCheckpoint, refund.toCheckpoint], ['Rebid']);
}
