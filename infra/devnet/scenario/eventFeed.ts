import type { Interface, LogDescription } from 'ethers';
import type { DevnetChain } from '../devnet.js';
import type { ChainName } from '../chain/chainSpec.js';

export interface ChainEvent {
  readonly chain: ChainName;
  readonly address: string;
  readonly name: string;
  readonly args: LogDescription['args'];
  readonly blockNumber: number;
}

/** The events of some contracts on one chain, in order, from a block on. */
export class EventFeed {
  constructor(
    private readonly chain: DevnetChain,
    private readonly contracts: ReadonlyMap<string, Interface>,
    private nextBlock: number,
  ) {}

  /** The events since the last call. */
  async poll(): Promise<ChainEvent[]> {
    const { provider, spec } = this.chain;
    const toBlock = await provider.getBlockNumber();
    if (toBlock < this.nextBlock) return [];
    const logs = await provider.getLogs({ address: [...this.contracts.keys()], fromBlock: this.nextBlock, toBlock });
    this.nextBlock = toBlock + 1;
    return logs.flatMap((log) => {
      const event = this.contracts.get(log.address)?.parseLog(log);
      if (!event) return [];
      return [
        { chain: spec.name, address: log.address, name: event.name, args: event.args, blockNumber: log.blockNumber },
      ];
    });
  }
}
