import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { toQuantity, type JsonRpcProvider } from 'ethers';
import { DEVNET_ACCOUNT_COUNT, DEVNET_MNEMONIC, devnetAccounts } from '../accounts.js';
import type { Keeper, KeptProcess } from '../process/keeperClient.js';
import { CHAIN_NAMES, type ChainSpec } from './chainSpec.js';
import { openProvider } from './provider.js';
import { waitFor } from './waitFor.js';

const BALANCE_ETHER = 1_000_000;
const NONCE_DISTANCE = 1_000;
const START_TIMEOUT_MS = 20_000;
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface AnvilOptions {
  readonly port: number;
  readonly blockTimeSec: number;
  readonly dataDir: string;
  readonly ipc: boolean;
  /** Of so many of the newest blocks alone the state is kept, in memory; null: of all, older ones where anvil stores them. */
  readonly recentStates: number | null;
}

export interface RunningChain {
  readonly spec: ChainSpec;
  readonly rpcUrl: string;
  /** A Unix socket that answers as the URL does, an answer a line; null if it was not asked for. */
  readonly ipcPath: string | null;
  readonly provider: JsonRpcProvider;
  readonly process: KeptProcess;
}

export class PortTaken extends Error {
  constructor(port: number, what: string) {
    super(`port ${port}, wanted for ${what}, is in use: end what listens there or choose another base port`);
    this.name = 'PortTaken';
  }
}

/** The binary inside the platform's npm package; elsewhere an `anvil` on the PATH. */
export function anvilBinary(): string {
  const packageName = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    const binary = join(dirname(manifest), 'bin', 'anvil');
    if (existsSync(binary)) return binary;
  } catch {
    // Not a platform with a package of its own.
  }
  return 'anvil';
}

/** Throws `PortTaken` if something listens on the loopback port already: else we would deploy onto somebody else's chain. */
export function assertPortFree(port: number, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? new PortTaken(port, what) : cause),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

/** Starts one chain: a block every `blockTimeSec` and at each transaction, final two blocks later. */
export async function startAnvil(keeper: Keeper, spec: ChainSpec, options: AnvilOptions): Promise<RunningChain> {
  await assertPortFree(options.port, `chain ${spec.name}`);
  const ipcPath = options.ipc ? join(options.dataDir, `${spec.name}.ipc`) : null;
  const kept = await keeper.spawn({
    name: `chain ${spec.name}`,
    command: anvilBinary(),
    args: anvilArgs(spec, options, ipcPath),
    logFile: join(options.dataDir, `${spec.name}.log`),
  });
  const rpcUrl = `http://127.0.0.1:${options.port}`;
  const provider = openProvider(rpcUrl, spec.chainId);
  try {
    await answers(provider, spec, kept);
  } catch (error) {
    provider.destroy();
    throw error;
  }
  // Else the deployer's first contract would have the same address on every chain, and a mix-up of chains might pass.
  const nonce = toQuantity(NONCE_DISTANCE * CHAIN_NAMES.indexOf(spec.name));
  await provider.send('anvil_setNonce', [devnetAccounts().deployer.address, nonce]);
  return { spec, rpcUrl, ipcPath, provider, process: kept };
}

function anvilArgs(
  { chainId }: ChainSpec,
  { port, blockTimeSec, recentStates }: AnvilOptions,
  ipcPath: string | null,
): string[] {
  const args = Object.entries({
    host: '127.0.0.1',
    port,
    'chain-id': chainId,
    'block-time': blockTimeSec,
    'slots-in-an-epoch': 1,
    order: 'fifo',
    accounts: DEVNET_ACCOUNT_COUNT,
    balance: BALANCE_ETHER,
    mnemonic: DEVNET_MNEMONIC,
    hardfork: 'cancun',
    ...(recentStates !== null && { 'prune-history': recentStates }),
    ...(ipcPath !== null && { ipc: ipcPath }),
  });
  return [...args.flatMap(([name, value]) => [`--${name}`, String(value)]), '--mixed-mining', '--quiet'];
}

async function answers(provider: JsonRpcProvider, spec: ChainSpec, kept: KeptProcess): Promise<void> {
  let ending: string | null = null;
  void kept.ended.then((reason) => (ending = reason));
  await waitFor(
    async () => {
      if (ending !== null) throw new Error(`chain ${spec.name} ended at start (${ending}); its log is ${kept.logFile}`);
      const chainId = await (provider.send('eth_chainId', []) as Promise<string>).catch(() => null);
      return chainId !== null && BigInt(chainId) === BigInt(spec.chainId) ? true : null;
    },
    { what: `chain ${spec.name} to answer`, timeoutMs: START_TIMEOUT_MS, pollMs: 25 },
  );
}
