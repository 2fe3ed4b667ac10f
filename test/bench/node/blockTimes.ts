import { WebSocketProvider } from 'ethers';
import { CHAIN_NAMES, type ChainName } from '@ala/infra/devnet/chain/chainSpec';
import type { Devnet } from '@ala/infra/devnet/devnet';

/** When each block of the devnet's chains was announced, by this process's clock, milliseconds. */
export class BlockTimes {
  private readonly announced = new Map<ChainName, Map<number, number>>();
  private readonly sockets: WebSocketProvider[] = [];

  constructor(private readonly devnet: Devnet) {
    for (const name of CHAIN_NAMES) {
      const times = new Map<number, number>();
      const socket = new WebSocketProvider(devnet.chains[name].rpcUrl.replace(/^http/, 'ws'));
      void socket.on('block', (number: number) => times.set(number, performance.now()));
      this.announced.set(name, times);
      this.sockets.push(socket);
    }
  }

  of(name: ChainName, number: number): number | null {
    return this.announced.get(name)?.get(number) ?? null;
  }

  /**
   * When every chain had shown a block of a later second than this hub block: only then may it be in a snapshot. Null if a block was
   * not announced.
   */
  async settledAtMs(hubBlock: number): Promise<number | null> {
    const { hub } = this.devnet.chains;
    const timestamp = (await hub.provider.getBlock(hubBlock))?.timestamp;
    if (timestamp === undefined) return null;
    const times = await Promise.all(CHAIN_NAMES.map((name) => this.firstLaterThan(name, timestamp)));
    return times.includes(null) ? null : Math.max(...(times as number[]));
  }

  async stop(): Promise<void> {
    await Promise.all(this.sockets.map((socket) => socket.destroy()));
  }

  private async firstLaterThan(name: ChainName, timestamp: number): Promise<number | null> {
    const { provider } = this.devnet.chains[name];
    let first: number | null = null;
    // From the newest one back: the blocks meant are among the last few.
    for (let number = await provider.getBlockNumber(); number >= 0; number--) {
      const block = await provider.getBlock(number);
      if (block === null || block.timestamp <= timestamp) return first;
      first = this.of(name, number);
    }
    return first;
  }
}
