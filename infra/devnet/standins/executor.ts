/**
 * Stands in for LayerZero's executor: commits what the DVN has verified and executes `lzReceive` through the real Executor
 * contract, with the gas the sender has paid for. It leaves each packet alone for a while, so that somebody else can be
 * first, and never executes a compose: nobody has paid it for that.
 */
import type { Packet } from '../bridges/packet.js';
import { layerZeroCode } from '../chain/contractCode.js';
import { allPaths, type LayerZeroChainConfig, type LayerZeroPath } from './layerZeroPath.js';
import { runStandIn, type LogLine, type StandIn } from './program.js';
import { sendAndWait } from './sender.js';

export interface ExecutorConfig {
  readonly pollMs: number;
  /** From the moment at which a packet is seen to be verified. */
  readonly graceMs: number;
  readonly chains: readonly LayerZeroChainConfig[];
  readonly adminKey: string;
}

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;

interface Waiting {
  readonly path: LayerZeroPath;
  readonly packet: Packet;
  verifiedAtMs: number | null;
  retryAtMs: number;
  retryMs: number;
}

class Executor implements StandIn {
  private readonly paths: LayerZeroPath[];
  private readonly endpoint = layerZeroCode('lz-evm-protocol-v2', 'EndpointV2').interface;
  private readonly executor = layerZeroCode('lz-evm-messagelib-v2', 'Executor').interface;
  private readonly uln = layerZeroCode('lz-evm-messagelib-v2', 'uln/uln302/ReceiveUln302').interface;
  private waiting: Waiting[] = [];

  constructor(
    private readonly config: ExecutorConfig,
    private readonly log: LogLine,
  ) {
    this.paths = allPaths(config.chains);
  }

  get pollMs(): number {
    return this.config.pollMs;
  }

  async tick(): Promise<void> {
    for (const path of this.paths) {
      const packets = await path.newPackets(0);
      this.waiting.push(
        ...packets.map((packet) => ({ path, packet, verifiedAtMs: null, retryAtMs: 0, retryMs: RETRY_MIN_MS })),
      );
    }
    // In order: a packet can only be executed once all before it on its path are committed.
    for (const entry of [...this.waiting]) {
      if (entry.retryAtMs > Date.now()) continue;
      if (await this.push(entry)) this.waiting = this.waiting.filter((other) => other !== entry);
    }
  }

  /** Whether the packet is done. */
  private async push(entry: Waiting): Promise<boolean> {
    const { path, packet } = entry;
    const state = await path.stateOf(packet);
    if (state === 'done') return true;
    if (state === 'unverified') return false;
    entry.verifiedAtMs ??= Date.now();
    if (Date.now() < entry.verifiedAtMs + this.config.graceMs) return false;
    try {
      if (state === 'verified') await this.commit(path, packet);
      await this.execute(path, packet);
    } catch (error) {
      // Whatever the receiver's reason, the packet stays executable for anyone, for ever.
      this.log('packet refused, trying again later', {
        guid: packet.guid,
        retryMs: entry.retryMs,
        error: String(error),
      });
      entry.retryAtMs = Date.now() + entry.retryMs;
      entry.retryMs = Math.min(entry.retryMs * 2, RETRY_MAX_MS);
    }
    return (await path.stateOf(packet)) === 'done';
  }

  private async commit(path: LayerZeroPath, packet: Packet): Promise<void> {
    const data = this.uln.encodeFunctionData('commitVerification', [packet.header, packet.payloadHash]);
    await sendAndWait(path.provider, this.config.adminKey, path.to.receiveUln, data);
    this.log('verification committed', { guid: packet.guid, dstEid: packet.dstEid });
  }

  private async execute(path: LayerZeroPath, packet: Packet): Promise<void> {
    const { receiver, guid, message, srcEid, sender, nonce } = packet;
    const origin = { srcEid, sender, nonce };
    // `execute302` turns a failure into an alert and succeeds: ask the endpoint first, with the gas it would get.
    const lzReceive = this.endpoint.encodeFunctionData('lzReceive', [origin, receiver, guid, message, '0x']);
    const overheadGas = 100_000n;
    await path.provider.call({
      from: path.to.executor,
      to: path.to.endpoint,
      data: lzReceive,
      gasLimit: packet.receiveGas + overheadGas,
    });
    const params = { receiver, origin, guid, message, extraData: '0x', gasLimit: packet.receiveGas };
    const data = this.executor.encodeFunctionData('execute302', [params]);
    await sendAndWait(path.provider, this.config.adminKey, path.to.executor, data);
    this.log('packet executed', { guid, srcEid, dstEid: packet.dstEid, nonce });
  }
}

await runStandIn('executor', (config, log) => Promise.resolve(new Executor(config as ExecutorConfig, log)));
