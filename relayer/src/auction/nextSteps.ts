import type { Intent, PlacedIntent } from '../dispatch/intent.js';
import type { AuctionView, HubTerms, LegView } from './auctionView.js';

/**
 * What is to be done on the hub for an auction at this moment, apart from clearing a new round. Pure: asked again with
 * the same view it answers the same, and the outbox keeps one row an effect.
 *
 * @param nowSec Timestamp of the hub's newest block.
 */
export function nextSteps(auction: AuctionView, terms: HubTerms, nowSec: number): PlacedIntent[] {
  const intents: Intent[] = [
    ...settlement(auction),
    ...closing(auction, nowSec),
    ...auction.legs.flatMap((leg) => legSteps(auction, leg, terms, nowSec)),
  ];
  return intents.map((intent) => ({ chainId: terms.hubChainId, auctionId: auction.auctionId, intent }));
}

/** True if an auction still needs capital, as far as the events show; the hub's own figures decide. */
export function wantsCapital(auction: AuctionView, nowSec: number): boolean {
  return isOpen(auction) && auction.debtCovered < auction.debtToCover && nowSec <= auction.deadlineSec;
}

/** True if an auction is closed, no leg of it that came here still owes a receipt, and none that a plan names may still come. */
export function isOver(auction: AuctionView): boolean {
  return auction.closed && auction.legs.every(isAtItsEnd);
}

function isAtItsEnd(leg: LegView): boolean {
  if (leg.record === null) return leg.expired;
  return leg.ended && receipts(leg).length === 0;
}

function isOpen(auction: AuctionView): boolean {
  return auction.opened && !auction.closed;
}

/**
 * All that has arrived and can be used goes into one exchange: one protocol call, cheapest tier first. The hub wants the legs
 * in the order of their spokes, by which it decides ties.
 */
function settlement(auction: AuctionView): Intent[] {
  if (!isOpen(auction) || auction.settlementUnderWay || auction.debtCovered >= auction.debtToCover) return [];
  const legs = [...auction.legs]
    .sort((a, b) => a.spoke - b.spoke)
    .flatMap((leg) => (leg.record !== null && leg.committed && !leg.ended && !leg.expired ? [leg.record] : []));
  return legs.length === 0 ? [] : [{ kind: 'settle', auctionId: auction.auctionId, legs }];
}

function closing(auction: AuctionView, nowSec: number): Intent[] {
  if (!isOpen(auction)) return [];
  const covered = auction.debtCovered >= auction.debtToCover;
  return covered || nowSec > auction.deadlineSec ? [{ kind: 'close', auctionId: auction.auctionId }] : [];
}

function legSteps(auction: AuctionView, leg: LegView, terms: HubTerms, nowSec: number): Intent[] {
  if (leg.ended) return receipts(leg);
  if (leg.record === null) return isOverdue(leg, terms, nowSec) ? [{ kind: 'expire', legId: leg.legId }] : [];
  return isReleasable(auction, leg, terms, nowSec) ? [{ kind: 'release', legs: [leg.record] }] : [];
}

function receipts(leg: LegView): Intent[] {
  const { record, spoke } = leg;
  if (record === null) return [];
  return leg.due
    .filter((receipt) => !leg.dispatched.includes(receipt))
    .map((receipt) => ({ kind: 'dispatch', receipt, spoke, leg: record }));
}

/** Also a leg of a lapsed plan expires: until then its market counts it as in flight. */
function isOverdue(leg: LegView, terms: HubTerms, nowSec: number): boolean {
  // A lapsed plan may name a spoke without a route: nothing can come from there.
  const timeoutSec = terms.routeTimeoutSec.get(leg.spoke) ?? (leg.committed ? undefined : 0);
  if (leg.expired || leg.callBySec === null || timeoutSec === undefined) return false;
  return nowSec > leg.callBySec + timeoutSec;
}

function isReleasable(auction: AuctionView, leg: LegView, terms: HubTerms, nowSec: number): boolean {
  const lapsed = leg.callBySec !== null && !leg.committed;
  if (auction.closed || leg.expired || lapsed) return true;
  return leg.arrivedAtSec !== null && nowSec > leg.arrivedAtSec + terms.settleWindowSec;
}
