import { JsonRpcProvider } from 'ethers';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { verifyAuction, type PlanVerdict, type VerifiableNetwork } from '@ala/shared/client/verifyAuction';
import { toAddress, toBasketId, toChainId, toSpokeId, type AuctionId } from '@ala/shared/ids';

/** Pure: the network as the node tells it, in the terms of whoever verifies on it. */
export function verifiable({ hub, chains, spokes, baskets }: NetworkAnswer): VerifiableNetwork {
  return {
    hub: { chain: hub.chain, auctionHub: toAddress(hub.auctionHub) },
    chains: chains.map(({ chain, chainId, startBlock }) => ({ name: chain, chainId: toChainId(chainId), startBlock })),
    spokes: spokes.map(({ spoke, chain, address }) => ({ id: toSpokeId(spoke), chain, spoke: toAddress(address) })),
    baskets: baskets.map(({ basket, tiers }) => ({
      id: toBasketId(basket),
      tierStepBps: tiers[0]?.premiumBps ?? 1,
      tierCount: tiers.length,
    })),
  };
}

/** Reads the chains from this browser, not from the node, rebuilds each plan's snapshot and clears again. */
export async function verifyInBrowser(network: NetworkAnswer, auctionId: AuctionId): Promise<PlanVerdict[]> {
  const providers = new Map(
    network.chains.map(({ chain, chainId, rpcUrl }) => [
      chain,
      new JsonRpcProvider(rpcUrl ?? '', chainId, { staticNetwork: true }),
    ]),
  );
  const providerOf = (chain: string): JsonRpcProvider => {
    const provider = providers.get(chain);
    if (provider === undefined) throw new Error(`the node names no chain ${chain}`);
    return provider;
  };
  try {
    return await verifyAuction({ network: verifiable(network), providerOf, auctionId });
  } finally {
    for (const provider of providers.values()) provider.destroy();
  }
}
