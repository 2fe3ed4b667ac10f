import { JsonRpcProvider, Network as EthersNetwork, type Interface, type Result } from 'ethers';
import type { NetworkChain } from './network.js';

/** RPC services refuse wider ranges. */
const MAX_BLOCK_RANGE = 10_000;

/** The block at which a chain is read. */
export interface Pin {
  readonly number: number;
  readonly hash: string;
}

/** A decoded log. */
export interface ReadLog {
  readonly name: string;
  readonly address: string;
  readonly values: Result;
  readonly blockNumber: number;
}

export interface LogRequest {
  readonly from: string | readonly string[];
  readonly abi: Interface;
  readonly events: readonly string[];
  /** Topics after the event's own; null for any. */
  readonly topics?: readonly (string | null)[];
}

/** Reads one chain, always as of a given block. */
export class ChainReader {
  constructor(
    readonly chain: NetworkChain,
    private readonly provider = openProvider(chain),
  ) {}

  /** The newest block. */
  async head(): Promise<Pin> {
    const where = `chain ${this.chain.name} at ${this.chain.rpcUrl}`;
    const block = await this.provider.getBlock('latest').catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${where} does not answer: ${reason}`, { cause });
    });
    if (block?.hash == null) throw new Error(`${where} has no latest block`);
    return { number: block.number, hash: block.hash };
  }

  /** Whether the chain still has that block: otherwise what was read of it is void. */
  async has(pin: Pin): Promise<boolean> {
    const block = await this.provider.getBlock(pin.number);
    return block?.hash === pin.hash;
  }

  /** All logs of the request up to the pin, oldest first. */
  async logs(pin: Pick<Pin, 'number'>, { from, abi, events, topics = [] }: LogRequest): Promise<ReadLog[]> {
    const addresses = typeof from === 'string' ? [from] : [...new Set(from)];
    if (addresses.length === 0) return [];
    const names = events.map((name) => abi.getEvent(name)?.topicHash ?? missing(name));
    const found: ReadLog[] = [];
    for (let first = this.chain.startBlock; first <= pin.number; first += MAX_BLOCK_RANGE) {
      const last = Math.min(pin.number, first + MAX_BLOCK_RANGE - 1);
      const filter = { address: addresses, topics: [names, ...topics], fromBlock: first, toBlock: last };
      for (const log of await this.provider.getLogs(filter)) {
        const parsed = abi.parseLog(log);
        // Another event of the same topic, e.g. an ERC-721 transfer, has other indexed arguments.
        if (parsed === null) continue;
        found.push({ name: parsed.name, address: log.address, values: parsed.args, blockNumber: log.blockNumber });
      }
    }
    return found;
  }

  /** Whoever emitted the event in that block, once for each time. */
  async emittersAt(number: number, abi: Interface, event: string): Promise<string[]> {
    const topics = [abi.getEvent(event)?.topicHash ?? missing(event)];
    const logs = await this.provider.getLogs({ topics, fromBlock: number, toBlock: number });
    return logs.map(({ address }) => address);
  }

  /** Calls a view function at the pin. */
  async call(
    pin: Pick<Pin, 'number'>,
    to: string,
    abi: Interface,
    method: string,
    args: readonly unknown[] = [],
  ): Promise<Result> {
    const data = abi.encodeFunctionData(method, args);
    return abi.decodeFunctionResult(method, await this.provider.call({ to, data, blockTag: pin.number }));
  }

  close(): void {
    this.provider.destroy();
  }
}

function openProvider({ chainId, rpcUrl }: NetworkChain): JsonRpcProvider {
  const network = EthersNetwork.from(chainId);
  return new JsonRpcProvider(rpcUrl, network, { staticNetwork: network, cacheTimeout: -1 });
}

function missing(name: string): never {
  throw new Error(`no event ${name}`);
}
