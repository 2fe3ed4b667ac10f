import { claimAll } from '@ala/infra/devnet/scenario/claims';
import { openPosition, setPrice } from '@ala/infra/devnet/scenario/liquidation';
import { ETHER } from '@ala/infra/devnet/scenario/positions';
import { prepare } from '@ala/infra/devnet/scenario/scenarios';
import { callLender, curedAuction, openAuction, wait, type AuctionArgs } from '../curedAuction.js';

const START_PRICE = 2_000;
/** The borrower has collateral left of the first auction, so it takes more of a fall. */
const SECOND_FALLEN_PRICE = 1_500;

export interface TwoAuctionsArgs extends AuctionArgs {
  /** Called before anything can be liquidated: starts the node. */
  readonly startNode: () => Promise<void>;
}

/**
 * Two liquidations whose outcome depends on nothing but the book and the price, however the node fares in between.
 *
 * The first is covered by capital from all spokes and ends in collateral. In the second the bridges' witnesses are silent until
 * the local leg is settled and somebody has repaid the rest of the debt: what was under way over the bridges comes home as refunds.
 */
export async function runTwoAuctions(args: TwoAuctionsArgs): Promise<void> {
  const { world } = args;
  const bids = await prepare(world);
  await args.startNode();
  await coveredAuction(args);
  await setPrice(world, START_PRICE);
  await openPosition(world);
  await curedAuction({ ...args, price: SECOND_FALLEN_PRICE });
  await claimAll(world, bids);
}

async function coveredAuction(args: TwoAuctionsArgs): Promise<void> {
  const { world } = args;
  const watch = await openAuction(world, ETHER.fallenPrice);
  await wait(args, watch, 'the first auction to end', () => watch.progress.closed && watch.progress.allHome);
  await callLender(world, 'release');
}
