import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { CHAIN_NAMES } from '../devnet/chain/chainSpec.js';
import type { Devnet } from '../devnet/devnet.js';
import type { KeptProcess } from '../devnet/process/keeperClient.js';

const POLL_INTERVAL_MS = 150;
/** The devnet's executor delivers at once; the relayer does so itself when it has died. */
const EXECUTOR_GRACE_MS = 5_000;

/** What a lender without ALA would take, by market: only shown beside the premiums. */
const FIXED_PENALTIES_BPS = { '1': 800, '2': 800 };

export interface RelayerSurroundings {
  readonly deploymentPath: string;
  readonly databaseUrl: string;
  /** Of the devnet. */
  readonly basePort: number;
  /** A block older than this is called behind; the node's default without it. */
  readonly maxChainLagSec?: number;
}

/** Where the relayer says how it is: beside the chains and the guardian. */
export function operationsPort(basePort: number): number {
  return basePort + CHAIN_NAMES.length + 1;
}

/** Of `/healthz`, `/readyz` and `/metrics`. */
export function operationsUrl(basePort: number): string {
  return `http://127.0.0.1:${operationsPort(basePort)}`;
}

export function apiPort(basePort: number): number {
  return operationsPort(basePort) + 1;
}

/** Of the API and its pages. */
export function apiUrl(basePort: number): string {
  return `http://127.0.0.1:${apiPort(basePort)}`;
}

/** Where a newcomer gets play money: the last of the devnet's ports. */
export function playgroundPort(basePort: number): number {
  return apiPort(basePort) + 1;
}

export function playgroundUrl(basePort: number): string {
  return `http://127.0.0.1:${playgroundPort(basePort)}`;
}

/** The dashboard's folder, null as long as nothing was built there: tests of networks need no pages. */
function builtDashboard(): string | null {
  const dir = join(repositoryRoot(), 'dashboard', 'dist', 'site');
  return existsSync(join(dir, 'index.html')) ? dir : null;
}

/** Where the relayer serves the dashboard; null if it was not built. */
export function dashboardUrl(basePort: number): string | null {
  return builtDashboard() === null ? null : apiUrl(basePort);
}

/** Writes a relayer's configuration beside the deployment file and answers its path. */
export function writeRelayerConfig(
  devnet: Devnet,
  { deploymentPath, databaseUrl, basePort, maxChainLagSec }: RelayerSurroundings,
): string {
  const { operators, relayer } = devnet.accounts;
  const config = {
    deployment: deploymentPath,
    databaseUrl,
    senderKey: relayer.privateKey,
    operatorKeys: operators.map((operator) => operator.privateKey),
    pollIntervalMs: POLL_INTERVAL_MS,
    chains: Object.fromEntries(CHAIN_NAMES.map((name) => [name, { wsUrl: webSocketOf(devnet.chains[name].rpcUrl) }])),
    executorGraceMs: EXECUTOR_GRACE_MS,
    operations: { port: operationsPort(basePort) },
    // Only this machine reaches it: any page may ask, and as often as it likes.
    api: {
      port: apiPort(basePort),
      operate: true,
      corsOrigins: ['*'],
      rateLimit: { requests: 100_000 },
      fixedPenaltyBps: FIXED_PENALTIES_BPS,
      playgroundUrl: playgroundUrl(basePort),
      ...(maxChainLagSec !== undefined && { maxChainLagSec }),
      ...dashboardSettings(devnet),
    },
  };
  const path = join(devnet.dataDir, 'relayer.json');
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return path;
}

/** anvil tells of its blocks where it answers. */
function webSocketOf(rpcUrl: string): string {
  return rpcUrl.replace(/^http/, 'ws');
}

/** Where the dashboard has been built it is served, and its pages may ask the chains. */
function dashboardSettings({ chains }: Devnet) {
  const publicRpcUrls = Object.fromEntries(CHAIN_NAMES.map((name) => [name, chains[name].rpcUrl]));
  const dashboardDir = builtDashboard();
  return { publicRpcUrls, ...(dashboardDir !== null && { dashboardDir }) };
}

/** Starts a relayer node as a process of its own, which ends with the devnet at the latest. */
export function startRelayer(devnet: Devnet, configPath: string): Promise<KeptProcess> {
  return devnet.spawn({
    name: 'relayer',
    command: process.execPath,
    args: [join(repositoryRoot(), 'relayer', 'dist', 'main.js'), '--config', configPath],
    logFile: join(devnet.dataDir, 'relayer.log'),
  });
}
