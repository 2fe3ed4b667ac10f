import { FetchRequest, isError, Network, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult } from 'ethers';
import type { ChainId } from '@ala/shared/ids';
import { describeError, MalformedAnswerError, UnavailableError, WrongChainError } from '../lib/errors.js';
import { HttpProvider } from './httpProvider.js';
import { afterFailure, atHead, UNTRIED, type EndpointHealth } from './endpointHealth.js';

export type JsonRpcAnswer = JsonRpcResult | JsonRpcError;

export interface RpcEndpointArgs {
  readonly url: string;
  /** What logs call it: never its URL, which may hold a key. */
  readonly where: string;
  readonly chainId: ChainId;
  /** What an operator does about an endpoint of another chain. */
  readonly todo: string;
  /** For a request from its first to its last byte. */
  readonly timeoutMs: number;
}

const CHAIN_ID: JsonRpcPayload = { id: 0, jsonrpc: '2.0', method: 'eth_chainId', params: [] };

/**
 * Asks one URL. It is asked for its chain id first, and again after each failure, since what answers then may be another node: nothing
 * is asked of another chain, and nothing sent to it.
 */
export class RpcEndpoint extends HttpProvider {
  health: EndpointHealth = UNTRIED;
  readonly where: string;
  /** Why it failed, until it answers again. */
  problem: string | null = null;
  /** How often it has failed since the node's start. */
  failures = 0;
  private identified: Promise<void> | null = null;

  constructor(private readonly args: RpcEndpointArgs) {
    const network = Network.from(args.chainId);
    super(requestOf(args), network, providerOptions(network));
    this.where = args.where;
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    try {
      await this.identify();
      const answers = await this.post(payload);
      this.problem = null;
      return answers;
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  /** @throws WrongChainError if the chain behind the URL is another one: its events would be taken for ours. */
  identify(): Promise<void> {
    this.identified ??= this.checkChainId();
    return this.identified;
  }

  /** Also for answers that are found to be wrong by who asked. */
  failed(why: unknown): void {
    this.failures += 1;
    this.problem = describeError(why);
    this.health = afterFailure(this.health, Date.now());
    this.identified = null;
  }

  /** Its head is so many blocks behind what is known of the chain. */
  behind(blocks: number): void {
    this.health = atHead(this.health, blocks);
  }

  private async checkChainId(): Promise<void> {
    const [answer] = (await this.post(CHAIN_ID)) as JsonRpcAnswer[];
    if (answer === undefined || 'error' in answer) {
      throw new MalformedAnswerError(`the node does not say its chain id: ${answer?.error.message ?? 'no answer'}`);
    }
    const actual = Number(answer.result);
    if (actual === (this.args.chainId as number)) return;
    const { where, chainId, todo } = this.args;
    throw new WrongChainError(`${where} serves chain ${actual}, not ${chainId}: ${todo}`);
  }

  /** @throws UnavailableError when the time is over; MalformedAnswerError unless there is one answer to each request. */
  private async post(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    let answers: JsonRpcResult[];
    try {
      answers = await super._send(payload);
    } catch (cause) {
      if (isError(cause, 'TIMEOUT'))
        throw new UnavailableError(`no answer within ${this.args.timeoutMs} ms`, { cause });
      throw cause;
    }
    const ids = new Set(answers.map((answer: JsonRpcResult | null) => answer?.id));
    if ([payload].flat().every(({ id }) => ids.has(id))) return answers;
    throw new MalformedAnswerError('the node leaves a request without an answer');
  }
}

/** For every provider of this node. */
export function providerOptions(network: Network) {
  return {
    staticNetwork: network,
    // A cached answer would be an old block: ethers keeps answers for 250 ms by default.
    cacheTimeout: -1,
    batchMaxCount: 100,
    // What is asked in one turn of the event loop goes out together, and at once.
    batchStallTime: 0,
  };
}

function requestOf({ url, timeoutMs }: RpcEndpointArgs): FetchRequest {
  const request = new FetchRequest(url);
  request.timeout = timeoutMs;
  // Another endpoint may answer at once; ethers would ask this one twelve times.
  request.setThrottleParams({ maxAttempts: 1 });
  return request;
}
