import { JsonRpcProvider, Network } from 'ethers';
import { RpcRefusal } from './rpcClient.js';
import type { SimulatedChain } from './simulatedChain.js';

/** What the chain itself answers, without faults and without what the world remembers of it. */
export class DirectProvider extends JsonRpcProvider {
  constructor(private readonly chain: SimulatedChain) {
    const network = Network.from(chain.chainId);
    // Nothing ever goes to the URL: `send` is answered over the chain's socket.
    super('http://simulated.invalid', network, { staticNetwork: network, cacheTimeout: -1 });
  }

  override async send(method: string, params: unknown[]): Promise<unknown> {
    try {
      return await this.chain.rpc.send(method, params);
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      throw this.getRpcError({ id: 1, jsonrpc: '2.0', method, params }, { id: 1, error: { ...error.error } });
    }
  }
}
