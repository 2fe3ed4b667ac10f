/**
 * Stands in for Wormhole's guardians: signs what the core contracts publish, once its block is as final as the message asks
 * for, and serves the signed VAAs over the two HTTP endpoints that Wormhole's SDK uses.
 */
import { createServer, type Server } from 'node:http';
import type { JsonRpcProvider, Log } from 'ethers';
import { LOG_MESSAGE_PUBLISHED, publishedMessage } from '../bridges/publishedMessage.js';
import { signVaa, type VaaBody } from '../bridges/vaa.js';
import { openProvider } from '../chain/provider.js';
import { LogCursor } from './logCursor.js';
import { runStandIn, type LogLine, type StandIn } from './program.js';
import { VaaStore } from './vaaStore.js';

export interface GuardianChainConfig {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly startBlock: number;
  readonly wormholeChain: number;
  readonly core: string;
}

export interface GuardianConfig {
  readonly pollMs: number;
  /** How long a message is left alone once it is final. */
  readonly delayMs: number;
  readonly apiPort: number;
  readonly chains: readonly GuardianChainConfig[];
  readonly guardianKey: string;
}

type BlockTag = 'latest' | 'safe' | 'finalized';

/** Wormhole's consistency levels on EVM chains. */
export function blockTagOf(consistencyLevel: number): BlockTag {
  if (consistencyLevel === 200) return 'latest';
  if (consistencyLevel === 201) return 'safe';
  return 'finalized';
}

interface Waiting {
  readonly log: Log;
  dueMs: number | null;
}

interface FinalMessage {
  readonly body: VaaBody;
  readonly transactionHash: string;
}

class WatchedChain {
  private readonly provider: JsonRpcProvider;
  private readonly cursor: LogCursor;
  private waiting: Waiting[] = [];

  constructor(private readonly config: GuardianChainConfig) {
    this.provider = openProvider(config.rpcUrl, config.chainId);
    this.cursor = new LogCursor(this.provider, config.core, LOG_MESSAGE_PUBLISHED, config.startBlock);
  }

  /** Hands on each message that has become final and has waited for `delayMs` since. */
  async forEachFinal(delayMs: number, take: (message: FinalMessage) => void): Promise<void> {
    const logs = await this.cursor.upTo(await this.provider.getBlockNumber());
    this.waiting.push(...logs.map((log) => ({ log, dueMs: null })));
    for (const entry of [...this.waiting]) {
      if (entry.dueMs === null && (await this.isFinal(entry.log))) entry.dueMs = Date.now() + delayMs;
      if (entry.dueMs === null || entry.dueMs > Date.now()) continue;
      const block = await this.provider.getBlock(entry.log.blockHash);
      // A block that a reorg has removed published nothing.
      if (block) take({ body: this.messageIn(entry.log, block.timestamp), transactionHash: entry.log.transactionHash });
      this.waiting = this.waiting.filter((other) => other !== entry);
    }
  }

  private messageIn(log: Log, timestampSec: number): VaaBody {
    return publishedMessage(log, this.config.wormholeChain, timestampSec);
  }

  private async isFinal(log: Log): Promise<boolean> {
    const block = await this.provider.getBlock(blockTagOf(this.messageIn(log, 0).consistencyLevel));
    return block !== null && block.number >= log.blockNumber;
  }
}

class Guardian implements StandIn {
  private readonly chains: WatchedChain[];

  constructor(
    private readonly config: GuardianConfig,
    private readonly vaas: VaaStore,
    private readonly log: LogLine,
  ) {
    this.chains = config.chains.map((chain) => new WatchedChain(chain));
  }

  get pollMs(): number {
    return this.config.pollMs;
  }

  async tick(): Promise<void> {
    for (const chain of this.chains) {
      await chain.forEachFinal(this.config.delayMs, ({ body, transactionHash }) => {
        this.vaas.add(body, transactionHash, signVaa(body, this.config.guardianKey));
        this.log('message signed', { chain: body.emitterChain, emitter: body.emitter, sequence: body.sequence });
      });
    }
  }
}

function serve(vaas: VaaStore, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const { status, body } = vaas.answer(request.method ?? '', new URL(request.url ?? '/', 'http://guardian'));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

await runStandIn('guardian', async (json, log) => {
  const config = json as GuardianConfig;
  const vaas = new VaaStore();
  await serve(vaas, config.apiPort);
  return new Guardian(config, vaas, log);
});
