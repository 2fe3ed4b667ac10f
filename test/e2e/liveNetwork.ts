import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import type { AlaTerms } from '@ala/infra/devnet/ala/terms';
import { startDevnet } from '@ala/infra/devnet/devnet';
import { openWorld, type World } from '@ala/infra/devnet/scenario/world';
import { apiUrl, operationsUrl, startRelayer, writeRelayerConfig } from '@ala/infra/supervisor/relayerProcess';
import { startEmbeddedPostgres } from '@ala/postgres/embeddedPostgres';

export interface LiveNetworkOptions {
  readonly basePort: number;
  readonly terms?: Partial<AlaTerms>;
  /** A block older than this is called behind; the node's default without it. */
  readonly maxChainLagSec?: number;
}

/** A devnet with ALA on it, a database, and a relayer as a process of its own. */
export interface LiveNetwork {
  readonly world: World;
  readonly deploymentPath: string;
  readonly databaseUrl: string;
  /** Of `/healthz`, `/readyz` and `/metrics`. */
  readonly relayerUrl: string;
  /** Where the API is. */
  readonly apiUrl: string;
  /** Ends the node alone, and starts one anew. */
  stopRelayer(): Promise<void>;
  startRelayer(): Promise<void>;
  /** From here on there are the chains alone. */
  stopRelayerAndDatabase(): Promise<void>;
  /** Ends everything and removes its files. */
  stop(): Promise<void>;
}

/** Starts everything in a folder of its own; ends what it has started when a step fails. */
export async function startLiveNetwork({ basePort, terms = {}, ...node }: LiveNetworkOptions): Promise<LiveNetwork> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ala-e2e-'));
  // The devnet's end comes first, so that everything else ends before it.
  const endings: (() => Promise<void>)[] = [];
  const endFrom = async (first: number): Promise<void> => {
    for (const end of endings.splice(first).reverse()) await end();
  };
  const stop = async (): Promise<void> => {
    await endFrom(0);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const devnet = await startDevnet({ basePort, dataDir, standIns: { executorGraceMs: 0 } });
    endings.push(() => devnet.stop());
    const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log: () => undefined });
    endings.push(() => postgres.stop());
    const ala = await deployAla(devnet, terms);
    const { deploymentPath } = ala;
    const { databaseUrl } = postgres;
    const configPath = writeRelayerConfig(devnet, { deploymentPath, databaseUrl, basePort, ...node });
    let relayer = await startRelayer(devnet, configPath);
    const stopRelayer = async (): Promise<void> => {
      relayer.kill('SIGTERM');
      await relayer.ended;
    };
    endings.push(stopRelayer);
    return {
      world: openWorld(devnet, ala, () => undefined),
      deploymentPath,
      databaseUrl,
      relayerUrl: operationsUrl(basePort),
      apiUrl: apiUrl(basePort),
      stopRelayer,
      startRelayer: async () => {
        relayer = await startRelayer(devnet, configPath);
      },
      stopRelayerAndDatabase: () => endFrom(1),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
