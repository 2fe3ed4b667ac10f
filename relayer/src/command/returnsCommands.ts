import { formatAmount } from '@ala/shared/client/amount';
import { readBid, refundOf, type OwnBid } from '@ala/shared/client/bids';
import { readBidTerms } from '@ala/shared/client/bidTerms';
import type { OnSpoke } from '@ala/shared/client/callSpoke';
import { ClientError } from '@ala/shared/client/clientError';
import { finalizeCalls, skipCall } from '@ala/shared/client/creditCalls';
import type { SpokeEvent } from '@ala/shared/client/events';
import { claim, claimSkipped, rebid, type OfBid } from '@ala/shared/client/leaveBid';
import { readToken } from '@ala/shared/client/token';
import { premiumBps } from '@ala/shared/ladder';
import { walletOf } from './account.js';
import { tierOf, toBidName, type BidOptions, type TierOptions } from './bidArguments.js';
import { sayStep, tokenText } from './bidText.js';
import { findBids, type BidsOnSpoke } from './findBids.js';
import { inTokens } from './inTokens.js';
import { onBid } from './onBid.js';
import { onNetwork, type OpenNetwork } from './openNetwork.js';
import { percentText, print, terminalOf } from './terminal.js';

type Claimed = Extract<SpokeEvent, { readonly name: 'Claimed' }>;

/** Claims all that the named bids have earned, results of skipped calls included; of every bid of the account if none is named. */
export async function claimBids(names: readonly string[], options: BidOptions): Promise<void> {
  const terminal = terminalOf(options);
  await onNetwork(options, async (network) => {
    const wallet = await walletOf(options, network.deployment, process.env);
    const found = names.length === 0 ? await findBids(network, options) : await readNamed(network, names);
    let claims = 0;
    for (const { spoke, bids } of found) {
      const of: OnSpoke = { signer: wallet.connect(spoke.provider), spoke, onStep: sayStep };
      for (const bid of bids) {
        for await (const event of claimsOf(await credited(of, bid), of)) {
          const token = terminal.json ? undefined : await readToken(spoke.provider, event.token);
          print(terminal, { spoke: spoke.spokeId, ...event }, () => {
            return `bid ${spoke.spokeId}/${bid.bidId}: ${tokenText(token, event.amountLocal)} claimed`;
          });
          claims += 1;
        }
      }
    }
    if (claims === 0 && !terminal.json) process.stdout.write('nothing to claim\n');
  });
}

/** The bid once all that is home for its pool is credited, of which deliveries leave a rest where many had waited for one. */
async function credited(of: OnSpoke, bid: OwnBid): Promise<OwnBid> {
  let now = bid;
  // Another bid of the pool may have had it done.
  if (now.finalizable > 0) now = await readBid(of.spoke, bid.bidId);
  while (now.finalizable > 0) {
    await finalizeCalls(of, now, now.finalizable);
    now = await readBid(of.spoke, bid.bidId);
  }
  return now;
}

/** One transaction after the other: what is claimed stays claimed when a later one fails. */
async function* claimsOf({ bidId, claimable, openCalls }: OwnBid, onSpoke: OnSpoke): AsyncGenerator<Claimed> {
  const of: OfBid = { ...onSpoke, bidId };
  for (const part of claimable) yield await claim(of, part);
  for (const { gen, skippedClaims } of openCalls) {
    for (const { part } of skippedClaims) yield await claimSkipped(of, gen, part);
  }
}

async function readNamed(network: OpenNetwork, names: readonly string[]): Promise<BidsOnSpoke[]> {
  return Promise.all(
    names.map(toBidName).map(async ([spokeId, bidId]): Promise<BidsOnSpoke> => {
      const spoke = await network.spoke(spokeId);
      return { spoke, bids: [await readBid(spoke, bidId)] };
    }),
  );
}

/** Lets the pool of a bid go on without the result of its next call, which has been away for too long. */
export async function skipNext(name: string, options: BidOptions): Promise<void> {
  const terminal = terminalOf(options);
  await onBid(name, options, async (of, bid) => {
    const event = await skipCall(of, bid);
    print(terminal, { spoke: of.spoke.spokeId, ...event }, () => {
      return `call ${event.gen} is not waited for any more: what comes of it is claimed singly, by the same claim`;
    });
  });
}

/** Stands by again, in any tier, with what a bid was refunded. */
export async function rebidRefund(name: string, options: BidOptions & TierOptions): Promise<void> {
  const terminal = terminalOf(options);
  await onBid(name, options, async (of, bid) => {
    const { spoke } = of;
    const terms = await readBidTerms(spoke, bid.basket);
    const tier = tierOf(options, terms);
    const refund = refundOf(bid, terms);
    if (refund === null) {
      const what = `bid ${name} has no refund that could stand by again`;
      const whatToDo = 'One below the smallest bid can be claimed alone: see ala bid list.';
      throw new ClientError({ kind: 'refused', what, whatToDo });
    }
    const event = await inTokens(spoke, terms, () => rebid(of, tier, refund));
    print(terminal, { spoke: spoke.spokeId, ...event }, () => {
      const what = `${formatAmount(event.amount, terms.hubDecimals)} at ${percentText(premiumBps(terms, tier))}`;
      return `bid ${spoke.spokeId}/${event.newBidId}: ${what}, from the refund of bid ${name}`;
    });
  });
}
