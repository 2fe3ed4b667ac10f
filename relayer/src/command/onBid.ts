import { readBid, type OwnBid } from '@ala/shared/client/bids';
import type { OfBid } from '@ala/shared/client/leaveBid';
import { walletOf } from './account.js';
import { toBidName, type BidOptions } from './bidArguments.js';
import { sayStep } from './bidText.js';
import { onNetwork } from './openNetwork.js';

/** Does something with one bid, named as `1/5`, by the account of the options. */
export async function onBid(
  name: string,
  options: BidOptions,
  work: (of: OfBid, bid: OwnBid) => Promise<void>,
): Promise<void> {
  const [spokeId, bidId] = toBidName(name);
  await onNetwork(options, async (network) => {
    const wallet = await walletOf(options, network.deployment, process.env);
    const spoke = await network.spoke(spokeId);
    const bid = await readBid(spoke, bidId);
    await work({ signer: wallet.connect(spoke.provider), spoke, bidId, onStep: sayStep }, bid);
  });
}
