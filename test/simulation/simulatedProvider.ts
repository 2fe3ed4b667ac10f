import { makeError, toQuantity, type JsonRpcPayload, type JsonRpcResult } from 'ethers';
import { RpcEndpoint, type JsonRpcAnswer } from '@ala/relayer/chain/rpcEndpoint';
import { toChainId } from '@ala/shared/ids';
import type { Fault } from './faults.js';
import type { Caller } from './outsideCall.js';
import { RpcRefusal } from './rpcClient.js';
import type { SimulatedChain } from './simulatedChain.js';

const SENDS = 'eth_sendRawTransaction';
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

  override async send(method: string, params: readonly unknown[]): Promise<unknown> {
    const payload: JsonRpcPayload = { id: 1, jsonrpc: '2.0', method, params: [...params] };
    const [answer] = await this.ask([payload]);
    if (answer === undefined) throw new Error('a request without an answer');
    if ('error' in answer) throw this.getRpcError(payload, answer);
    return answer.result;
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    // ethers' type has only results; what it does with an error it does itself.
    return (await this.ask([payload].flat())) as JsonRpcResult[];
  }

  /** Requests that go out together are one call to the outside: they fail together, and a node that is behind is so for all. */
  private ask(payloads: readonly JsonRpcPayload[]): Promise<JsonRpcAnswer[]> {
    const methods = [...new Set(payloads.map(({ method }) => method))];
    const label = `${this.chain.name} ${methods.join(', ')}`;
    const sends = methods.includes(SENDS);
    return this.owner.perform<JsonRpcAnswer[]>({
      kind: methods.includes('eth_getLogs') ? 'logs' : 'rpc',
      label,
      isRead: !sends,
      effect: (fault) => this.answers(payloads, fault),
      fail: () => {
        throw makeError('request timeout', 'TIMEOUT', { operation: label, reason: 'timeout' });
      },
      // What is sent gets no wrong answer: a node that lies about it is one that did not answer.
      ...(sends ? {} : { wrong: () => payloads.map(({ id }): JsonRpcAnswer => ({ id, result: '0x' })) }),
    });
  }

  /** In the order of the requests, for a node takes transactions in theirs. */
  private async answers(payloads: readonly JsonRpcPayload[], fault: Fault | null): Promise<JsonRpcAnswer[]> {
    const answers: JsonRpcAnswer[] = [];
    for (const { id, method, params } of payloads) {
      try {
        answers.push({ id, result: await this.answer(method, params as readonly unknown[], fault) });
      } catch (error) {
        if (!(error instanceof RpcRefusal)) throw error;
        answers.push({ id, error: { ...error.error } });
      }
    }
    return answers;
  }

  private async answer(method: string, params: readonly unknown[], fault: Fault | null): Promise<unknown> {
    if (method === SENDS) return this.chain.sendRaw(params[0] as string);
    if (fault?.type === 'stale') return this.staleAnswer(method, params, fault.blocks);
    const answer = await this.chain.read(method, params);
    return method === 'eth_getLogs' && fault?.type === 'leftOut' ? withoutOneBlock(answer) : answer;
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
