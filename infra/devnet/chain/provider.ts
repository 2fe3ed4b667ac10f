import { JsonRpcProvider, Network } from 'ethers';

/** A provider for a chain whose id is known: asks nothing beforehand, caches nothing, sends a turn's requests as one batch. */
export function openProvider(rpcUrl: string, chainId: number): JsonRpcProvider {
  const network = Network.from(chainId);
  return new JsonRpcProvider(rpcUrl, network, { staticNetwork: network, batchStallTime: 0, cacheTimeout: -1 });
}
