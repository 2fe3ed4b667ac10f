import { listBids, type OwnBid } from '@ala/shared/client/bids';
import type { SpokeOnChain } from '@ala/shared/client/onChain';
import { toAddress } from '@ala/shared/ids';
import { ownerOf } from './account.js';
import { toSpoke, type BidOptions } from './bidArguments.js';
import { fromSpokes, type OpenNetwork } from './openNetwork.js';

export interface FindOptions extends BidOptions {
  readonly owner?: string;
  readonly spoke?: string;
}

export interface BidsOnSpoke {
  readonly spoke: SpokeOnChain;
  readonly bids: readonly OwnBid[];
}

/** Every bid of an owner, on each spoke or the one that is named. */
export async function findBids(network: OpenNetwork, options: FindOptions): Promise<BidsOnSpoke[]> {
  const { deployment } = network;
  const owner = options.owner === undefined ? ownerOf(options, deployment, process.env) : toAddress(options.owner);
  const ids = options.spoke === undefined ? deployment.spokes.map(({ id }) => id as number) : [toSpoke(options.spoke)];
  return fromSpokes(network, ids, async (spoke) => ({ spoke, bids: await listBids(spoke, owner) }));
}
