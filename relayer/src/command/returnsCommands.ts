import type { Wallet } from 'ethers';
import { formatAmount } from '@ala/shared/client/amount';
import { readBid, refundOf, type OwnBid } from '@ala/shared/client/bids';
import { readBidTerms } from '@ala/shared/client/bidTerms';
import { ClientError } from '@ala/shared/client/clientError';
import type { SpokeEvent } from '@ala/shared/client/events';
import { claim, claimSkipped, rebid, type OfBid } from '@ala/shared/client/leaveBid';
import { readToken } from '@ala/shared/client/token';
import { premiumBps } from '@ala/shared/ladder';
import { walletOf } from './account.js';
import { tierOf, toBidName, type BidOptions, type TierOptions } from './bidArguments.js';
import { sayStep, tokenText } from './bidText.js';
import { findBids, type BidsOnSpoke } from './findBids.js';
import { inTokens } from './inTokens.js';
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
      for (const bid of bids) {
        for await (const event of claimsOf(bid, { spoke, wallet })) {
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

/** One transaction after the other: what is claimed stays claimed when a later one fails. */
async function* claimsOf(
  { bidId, claimable, openCalls }: OwnBid,
  { spoke, wallet }: Pick<BidsOnSpoke, 'spoke'> & { readonly wallet: Wallet },
): AsyncGenerator<Claimed> {
  const of: OfBid = { signer: wallet.connect(spoke.provider), spoke, bidId, onStep: sayStep };
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

/** Stands by again, in any tier, with what a bid was refunded. */
export async function rebidRefund(name: string, options: BidOptions & TierOptions): Promise<void> {
  const terminal = terminalOf(options);
  const [spokeId, bidId] = toBidName(name);
  await onNetwork(options, async (network) => {
    const wallet = await walletOf(options, network.deployment, process.env);
    const spoke = await network.spoke(spokeId);
    const bid = await readBid(spoke, bidId);
    const terms = await readBidTerms(spoke, bid.basket);
    const tier = tierOf(options, terms);
    const refund = refundOf(bid, terms);
    if (refund === null) {
      const what = `bid ${name} has no refund that could stand by again`;
      throw new ClientError({ kind: 'refused', what, whatToDo: 'See what there is to claim with ala bid list.' });
    }
    const of: OfBid = { signer: wallet.connect(spoke.provider), spoke, bidId, onStep: sayStep };
    const event = await inTokens(spoke, terms, () => rebid(of, tier, refund));
    print(terminal, { spoke: spokeId, ...event }, () => {
      const what = `${formatAmount(event.amount, terms.hubDecimals)} at ${percentText(premiumBps(terms, tier))}`;
      return `bid ${spokeId}/${event.newBidId}: ${what}, from the refund of bid ${name}`;
    });
  });
}
