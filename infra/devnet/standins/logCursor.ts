import type { JsonRpcProvider, Log } from 'ethers';

const MAX_BLOCKS = 2_000;

/** Reads a contract's logs of one kind in order, each once, from a block on. */
export class LogCursor {
  constructor(
    private readonly provider: JsonRpcProvider,
    private readonly address: string,
    private readonly topic: string,
    private nextBlock: number,
  ) {}

  /** The logs since the last call, up to and including block `lastBlock`. When it throws, nothing has been passed over. */
  async upTo(lastBlock: number): Promise<Log[]> {
    const logs: Log[] = [];
    let fromBlock = this.nextBlock;
    while (fromBlock <= lastBlock) {
      const toBlock = Math.min(lastBlock, fromBlock + MAX_BLOCKS - 1);
      logs.push(...(await this.provider.getLogs({ address: this.address, topics: [this.topic], fromBlock, toBlock })));
      fromBlock = toBlock + 1;
    }
    this.nextBlock = fromBlock;
    return logs;
  }
}
