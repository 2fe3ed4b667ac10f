import { deployAla, type DeployedAla } from '../devnet/ala/deployAla.js';
import type { AlaTerms } from '../devnet/ala/terms.js';
import { assertPortFree } from '../devnet/chain/anvil.js';
import { CHAIN_NAMES } from '../devnet/chain/chainSpec.js';
import { startDevnet, type Devnet } from '../devnet/devnet.js';
import { Keeper, type KeptProcess } from '../devnet/process/keeperClient.js';
import { startDatabase } from './database.js';
import {
  apiPort,
  apiUrl,
  dashboardUrl,
  operationsPort,
  operationsUrl,
  playgroundPort,
  startRelayer,
  writeRelayerConfig,
} from './relayerProcess.js';

export interface NetworkOptions {
  readonly basePort: number;
  readonly dataDir: string;
  readonly terms?: Partial<AlaTerms>;
  readonly progress: (line: string) => void;
  /** Aborts the start; of no effect afterwards. */
  readonly signal: AbortSignal;
}

/** Devnet, database and one relayer node. */
export interface Network {
  readonly devnet: Devnet;
  readonly ala: DeployedAla;
  readonly databaseUrl: string;
  readonly relayer: KeptProcess;
  /** Null where it has not been built. */
  readonly dashboardUrl: string | null;
  /** Ends the relayer first, then the database, so that each can let go of what it uses, and then everything else. */
  stop(): Promise<void>;
}

const ORDERLY_STOP_MS = 5_000;

/** Starts everything that a scenario needs. What was started ends when a step fails, and when this process ends in any way. */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const { basePort, dataDir, progress, signal } = options;
  signal.throwIfAborted();
  for (const [port, what] of portsOf(basePort)) await assertPortFree(port, what);
  const keeper = Keeper.start();
  const abort = (): void => void keeper.stop();
  signal.addEventListener('abort', abort);
  try {
    const [devnet, { databaseUrl, server }] = await Promise.all([
      startDevnet({ basePort, dataDir, progress, keeper, standIns: { executorGraceMs: 0 } }),
      startDatabase(keeper, dataDir, basePort),
    ]);
    // The embedded server's URL is there to look inside; a password that somebody gave us is not for the screen.
    progress(`database: ${server ? databaseUrl : withoutPassword(databaseUrl)}`);
    const ala = await deployAla(devnet, options.terms);
    progress(`contracts deployed: addresses are in ${ala.deploymentPath}`);
    const { deploymentPath } = ala;
    const relayer = await startRelayer(devnet, writeRelayerConfig(devnet, { deploymentPath, databaseUrl, basePort }));
    const state = operationsUrl(basePort);
    progress(`relayer running: its log is ${relayer.logFile}, its state at ${state}/readyz and ${state}/metrics`);
    progress(`API: ${apiUrl(basePort)}/v1/network, described at ${apiUrl(basePort)}/docs`);
    const stop = async (): Promise<void> => {
      await end(relayer);
      if (server) await end(server);
      await devnet.stop();
    };
    return { devnet, ala, databaseUrl, relayer, dashboardUrl: dashboardUrl(basePort), stop };
  } catch (error) {
    await keeper.stop();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** All that listens, the playground of `npm start` included. */
function portsOf(basePort: number): readonly (readonly [port: number, what: string])[] {
  return [
    ...CHAIN_NAMES.map((name, index) => [basePort + index, `chain ${name}`] as const),
    [basePort + CHAIN_NAMES.length, 'the guardian'],
    [operationsPort(basePort), 'the relayer'],
    [apiPort(basePort), 'the API'],
    [playgroundPort(basePort), 'the playground'],
  ];
}

async function end(kept: KeptProcess): Promise<void> {
  kept.kill('SIGTERM');
  const hurry = setTimeout(() => kept.kill('SIGKILL'), ORDERLY_STOP_MS);
  await kept.ended;
  clearTimeout(hurry);
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.password !== '') url.password = '***';
  return url.href;
}
