import { JsonRpcProvider, Network } from 'ethers';
import type { SimulatedChain } from './simulatedChain.js';

/** What the chain itself answers, without faults and without what the world remembers of it. */
export class DirectProvider extends JsonRpcProvider {
  constructor(private readonly chain: SimulatedChain) {
    const network = Network.from(chain.chainId);
    // Nothing ever goes to the URL: `send` is answered over the chain's socket.
    super('http://simulated.invalid', network, { staticNetwork: network, cacheTimeout: -1 });
  }

  override send(method: string, params: unknown[]): Promise<unknown> {
    return this.chain.rpc.send(method, params);
  }
}
