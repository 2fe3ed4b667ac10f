import { FetchRequest, JsonRpcProvider, Network } from 'ethers';
import type { ChainDeployment, Deployment } from '@ala/shared/deployment';
import type { ChainId } from '@ala/shared/ids';

/** A chain this node reads and writes. */
export interface Chain {
  readonly name: string;
  readonly chainId: ChainId;
  readonly deployment: ChainDeployment;
  readonly provider: JsonRpcProvider;
}

/** A node that accepts a request and never answers is as good as one that is down; ethers would wait for five minutes. */
const REQUEST_TIMEOUT_MS = 20_000;

/** One provider a chain. Nothing is sent here: a node that is down shows at the first read. */
export function openChains(deployment: Deployment): Chain[] {
  return deployment.chains.map((chain) => {
    const network = Network.from(chain.chainId);
    const request = new FetchRequest(chain.rpcUrl);
    request.timeout = REQUEST_TIMEOUT_MS;
    const provider = new JsonRpcProvider(request, network, {
      staticNetwork: network,
      // A cached answer would be an old block: ethers keeps answers for 250 ms by default.
      cacheTimeout: -1,
      batchMaxCount: 100,
    });
    return { name: chain.name, chainId: chain.chainId, deployment: chain, provider };
  });
}
