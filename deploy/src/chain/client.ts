import { isError, JsonRpcProvider, Network, toQuantity, type TransactionReceipt, type Log } from 'ethers';
import { AlaError } from '@ala/shared/errors';
import type { ChainConfig } from '../config/schema.js';

/** What a call answered: data, or that it reverted, with the error's data where the node tells it. */
export type CallAnswer = { readonly data: string } | { readonly revertData: string | null };

export interface Receipt {
  readonly succeeded: boolean;
  readonly blockNumber: number;
}

export interface GasPrice {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

export interface CallRequest {
  readonly from?: string;
  /** Null deploys. */
  readonly to: string | null;
  readonly data: string;
}

export interface LogQuery {
  readonly address: string;
  readonly topic: string;
  readonly fromBlock: number;
  readonly toBlock: number;
}

/** One chain, as far as a deployment needs it. */
export interface ChainClient {
  readonly name: string;
  readonly chainId: number;
  call(request: CallRequest): Promise<CallAnswer>;
  /** Throws `CallReverted` when the transaction would revert. */
  estimateGas(request: CallRequest): Promise<bigint>;
  codeAt(address: string): Promise<string>;
  receiptOf(hash: string): Promise<Receipt | null>;
  /** Transactions of the account so far; `pending` counts those that wait as well. */
  nonceOf(address: string, tag: 'latest' | 'pending'): Promise<number>;
  /** Number of the newest block. */
  head(): Promise<number>;
  gasPrice(): Promise<GasPrice>;
  broadcast(raw: string): Promise<void>;
  /** Does the node hold this transaction, mined or waiting? */
  knows(hash: string): Promise<boolean>;
  logs(query: LogQuery): Promise<readonly Pick<Log, 'topics' | 'data'>[]>;
  /** The id that the node itself names. */
  actualChainId(): Promise<number>;
  close(): void;
}

/** A node that does not answer now and may later. The URL stays out of it: it may hold a key. */
export class ChainUnavailable extends AlaError {
  constructor(chain: string, options: { cause: unknown }) {
    const { cause } = options;
    const reason = cause instanceof Error && 'shortMessage' in cause ? String(cause.shortMessage) : String(cause);
    super(`the chain ${chain} does not answer: ${reason.replaceAll(/https?:\/\/\S+/g, '(its URL)')}`, options);
  }
}

/** A transaction that would revert; `data` is the contract's error where the node tells it. */
export class CallReverted extends AlaError {
  constructor(
    readonly data: string | null,
    options: { cause: unknown },
  ) {
    super('the call reverts', options);
  }
}

export function openClient(name: string, { rpcUrl, chainId }: ChainConfig): ChainClient {
  const network = Network.from(chainId);
  const provider = new JsonRpcProvider(rpcUrl, network, {
    staticNetwork: network,
    batchStallTime: 0,
    cacheTimeout: -1,
  });
  const asked = async <Answer>(request: Promise<Answer>): Promise<Answer> => {
    try {
      return await request;
    } catch (cause) {
      if (isError(cause, 'CALL_EXCEPTION')) throw new CallReverted(cause.data, { cause });
      throw new ChainUnavailable(name, { cause });
    }
  };
  return {
    name,
    chainId,
    async call(request) {
      try {
        return { data: await asked(provider.call(request)) };
      } catch (error) {
        if (error instanceof CallReverted) return { revertData: error.data };
        throw error;
      }
    },
    estimateGas: (request) => asked(provider.estimateGas(request)),
    codeAt: (address) => asked(provider.getCode(address)),
    receiptOf: async (hash) => receipt(await asked(provider.getTransactionReceipt(hash))),
    nonceOf: (address, tag) => asked(provider.getTransactionCount(address, tag)),
    head: () => asked(provider.getBlockNumber()),
    async gasPrice() {
      const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = await asked(provider.getFeeData());
      const price = maxFeePerGas ?? gasPrice ?? 0n;
      return { maxFeePerGas: price, maxPriorityFeePerGas: maxPriorityFeePerGas ?? price };
    },
    async broadcast(raw) {
      await asked(provider.send('eth_sendRawTransaction', [raw]));
    },
    knows: async (hash) => (await asked(provider.getTransaction(hash))) !== null,
    logs: ({ address, topic, fromBlock, toBlock }) =>
      asked(
        provider.getLogs({ address, topics: [topic], fromBlock: toQuantity(fromBlock), toBlock: toQuantity(toBlock) }),
      ),
    actualChainId: async () => Number(await asked(provider.send('eth_chainId', []) as Promise<string>)),
    close: () => provider.destroy(),
  };
}

function receipt(found: TransactionReceipt | null): Receipt | null {
  return found === null ? null : { succeeded: found.status === 1, blockNumber: found.blockNumber };
}

/** The contract's own error with its values, where the node has told it. */
export function describeRevert(
  data: string | null,
  contract: { parseError(data: string): { name: string; args: readonly unknown[] } | null },
): string {
  const known = data === null || data === '0x' ? null : contract.parseError(data);
  if (known !== null) return `${known.name}(${known.args.map(String).join(', ')})`;
  return data === null || data === '0x' ? 'no reason given' : data;
}
