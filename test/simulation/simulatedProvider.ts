import { makeError, toQuantity, type JsonRpcPayload } from 'ethers';
import { RpcEndpoint } from '@ala/relayer/chain/rpcEndpoint';
import { toChainId } from '@ala/shared/ids';
import type { Fault } from './faults.js';
import type { Caller } from './outsideCall.js';
import { RpcRefusal } from './rpcClient.js';
import type { SimulatedChain } from './simulatedChain.js';

/** Methods whose last parameter names a block. */
const AS_OF_A_BLOCK = ['eth_call', 'eth_getTransactionCount', 'eth_getBalance'];

/** What a process sees of a chain. */
export class SimulatedProvider extends RpcEndpoint {
  constructor(
    private readonly chain: SimulatedChain,
    private readonly owner: Caller,
  ) {
    const { chainId, name } = chain;
    // Nothing ever goes to the URL: `send` is answered here.
    super({ url: 'http://simulated.invalid', where: name, chainId: toChainId(chainId), todo: '', timeoutMs: 1 });
  }

  override send(method: string, params: readonly unknown[]): Promise<unknown> {
    const label = `${this.chain.name} ${method}`;
    return this.owner.perform<unknown>({
      kind: method === 'eth_getLogs' ? 'logs' : 'rpc',
      label,
      isRead: method !== 'eth_sendRawTransaction',
      effect: (fault) => this.answer(method, params, fault),
      fail: () => {
        throw makeError('request timeout', 'TIMEOUT', { operation: label, reason: 'timeout' });
      },
      // What is sent gets no wrong answer: a node that lies about it is one that did not answer.
      ...(method === 'eth_sendRawTransaction' ? {} : { wrong: () => '0x' }),
    });
  }

  private async answer(method: string, params: readonly unknown[], fault: Fault | null): Promise<unknown> {
    const stale = fault?.type === 'stale' ? fault.blocks : 0;
    try {
      if (method === 'eth_sendRawTransaction') return await this.chain.sendRaw(params[0] as string);
      if (method === 'eth_getLogs' && fault?.type === 'leftOut')
        return withoutOneBlock(await this.chain.read(method, params));
      return await (stale === 0 ? this.chain.read(method, params) : this.staleAnswer(method, params, stale));
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      const payload: JsonRpcPayload = { id: 1, jsonrpc: '2.0', method, params: [...params] };
      throw this.getRpcError(payload, { id: 1, error: { ...error.error } });
    }
  }

  /** As a node answers that is so many blocks behind. */
  private async staleAnswer(method: string, params: readonly unknown[], blocks: number): Promise<unknown> {
    const { chain } = this;
    const { head } = chain;
    const newest = head - blocks;
    if (method === 'eth_getBlockByNumber') {
      const [tag, full] = params;
      if (tag !== 'latest' && Number(tag) > newest) return null;
      return chain.read(method, [tag === 'latest' ? toQuantity(newest) : tag, full]);
    }
    if (AS_OF_A_BLOCK.includes(method)) return chain.read(method, [...params.slice(0, -1), toQuantity(newest)]);
    const answer = await chain.read(method, params);
    if (method !== 'eth_getTransactionReceipt' || answer === null) return answer;
    return Number((answer as { blockNumber: string }).blockNumber) > newest ? null : answer;
  }
}

/** Without the logs of the oldest block that has any. */
function withoutOneBlock(logs: unknown): unknown {
  const [first, ...others] = logs as readonly { readonly blockNumber: string }[];
  return others.filter(({ blockNumber }) => blockNumber !== first?.blockNumber);
}
