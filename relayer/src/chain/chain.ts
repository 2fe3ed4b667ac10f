import { FetchRequest, Network, type JsonRpcProvider } from 'ethers';
import type { ChainDeployment, Deployment } from '@ala/shared/deployment';
import type { ChainId } from '@ala/shared/ids';
import { endpointOf } from '../lib/endpoint.js';
import { WrongChainError } from '../lib/errors.js';
import { HttpProvider } from './httpProvider.js';

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
    const provider = new HttpProvider(request, network, {
      staticNetwork: network,
      // A cached answer would be an old block: ethers keeps answers for 250 ms by default.
      cacheTimeout: -1,
      batchMaxCount: 100,
    });
    return { name: chain.name, chainId: chain.chainId, deployment: chain, provider };
  });
}

/** @throws WrongChainError if the chain behind the URL is another one: its events would be taken for ours. */
export async function checkChainId({ name, chainId, deployment, provider }: Chain): Promise<void> {
  const actual = Number(await provider.send('eth_chainId', []));
  if (actual === (chainId as number)) return;
  const where = endpointOf(deployment.rpcUrl);
  throw new WrongChainError(
    `${where} serves chain ${actual}, not ${chainId}: set rpcUrl of ${name} in the deployment file to a node of chain ${chainId}`,
  );
}
