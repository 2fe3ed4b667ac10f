import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { devnetAccounts, type DevnetAccounts } from './accounts.js';
import type { BytecodeProof } from './bridges/bytecodeProof.js';
import { deployBridges, type DeployedBridges, type DevnetTokens } from './bridges/deployBridges.js';
import type { LayerZeroAddresses } from './bridges/layerZero.js';
import type { WormholeAddresses } from './bridges/wormhole.js';
import { startAnvil, type AnvilOptions, type RunningChain } from './chain/anvil.js';
import { CHAIN_NAMES, CHAIN_SPECS, type ChainName } from './chain/chainSpec.js';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { Keeper, type KeptProcess, type SpawnOptions } from './process/keeperClient.js';
import {
  STAND_IN_NAMES,
  startStandIns,
  type StandInName,
  type StandInOptions,
  type StandInProcess,
} from './standins/standIns.js';

export interface DevnetOptions {
  /** The chains listen on this port and the two after it, the guardian on the third after it; loopback only. */
  readonly basePort?: number;
  /** Logs, configs and the deployment file go here; made if missing. */
  readonly dataDir?: string;
  readonly blockTimeSec?: number;
  /** Chains answer on a Unix socket in `dataDir`, too: cheaper for thousands of calls, but its path must not be long. */
  readonly ipc?: boolean;
  /** Chains keep the state of so many of their newest blocks alone: for those that run through very many. */
  readonly recentStates?: number;
  readonly standIns?: StandInOptions;
  /** One readable line a step. */
  readonly progress?: (line: string) => void;
  /** Holds the processes, these and maybe others; `stop` ends it and all of them. One is made if none is given. */
  readonly keeper?: Keeper;
  /** Aborts the start: what was started ends, and `startDevnet` throws. Of no effect afterwards. */
  readonly signal?: AbortSignal;
}

export interface DevnetChain extends RunningChain {
  readonly layerZero: LayerZeroAddresses | null;
  readonly wormhole: WormholeAddresses | null;
}

/** Which bridges reach which chain. */
export interface DevnetChains {
  readonly hub: RunningChain & { readonly layerZero: LayerZeroAddresses; readonly wormhole: WormholeAddresses };
  readonly spokeA: RunningChain & { readonly layerZero: LayerZeroAddresses; readonly wormhole: null };
  readonly spokeB: RunningChain & { readonly layerZero: null; readonly wormhole: WormholeAddresses };
}

export interface Devnet {
  readonly chains: DevnetChains;
  readonly tokens: DevnetTokens;
  readonly accounts: DevnetAccounts;
  /** Where the guardian serves VAAs. */
  readonly wormholeApi: string;
  readonly standIns: Readonly<Record<StandInName, StandInProcess>>;
  /** One row a bridge contract; all are `equal`, or `startDevnet` would have thrown. */
  readonly bytecodeProof: readonly BytecodeProof[];
  readonly dataDir: string;
  /** Starts another process that ends with the devnet. */
  spawn(options: SpawnOptions): Promise<KeptProcess>;
  /** Every process of the devnet that runs at this moment, its keeper included. */
  pids(): readonly number[];
  /** Ends every process; may be called more than once. */
  stop(): Promise<void>;
}

export const DEFAULT_BASE_PORT = 8545;

export function defaultDataDir(): string {
  return join(repositoryRoot(), '.ala', 'devnet');
}

/**
 * Starts three chains, deploys LayerZero between hub and spoke A and Wormhole between hub and spoke B, the tokens with their
 * representations, and starts the stand-ins for the bridges' witnesses. Whatever was started ends when a step fails, when
 * `stop` is called, and when this process ends in any way, `kill -9` included.
 */
export async function startDevnet(options: DevnetOptions = {}): Promise<Devnet> {
  const dataDir = options.dataDir ?? defaultDataDir();
  const basePort = options.basePort ?? DEFAULT_BASE_PORT;
  const progress = options.progress ?? (() => undefined);
  mkdirSync(dataDir, { recursive: true });
  options.signal?.throwIfAborted();
  const keeper = options.keeper ?? Keeper.start();
  const abort = (): void => void keeper.stop();
  options.signal?.addEventListener('abort', abort);
  try {
    const accounts = devnetAccounts();
    const running = await startChains(keeper, basePort, {
      blockTimeSec: options.blockTimeSec ?? 1,
      dataDir,
      ipc: options.ipc ?? false,
      recentStates: options.recentStates ?? null,
    });
    progress(`chains up: ${CHAIN_NAMES.map((name) => `${name} ${running[name].rpcUrl}`).join(', ')}`);

    const bridges = await deployBridges(running, accounts);
    progress(`bridges deployed: ${bridges.bytecodeProof.length} contracts, all equal to their packages`);

    const chains = withBridges(running, bridges);
    const guardianPort = basePort + CHAIN_NAMES.length;
    const wiring = { ...standInChains(chains), accounts, guardianPort, dataDir };
    const standIns = await startStandIns(keeper, wiring, options.standIns ?? {});
    const runningStandIns = STAND_IN_NAMES.filter((name) => standIns[name].pid !== null);
    progress(`stand-ins running: ${runningStandIns.join(', ') || 'none'}`);

    return {
      chains,
      tokens: bridges.tokens,
      accounts,
      wormholeApi: `http://127.0.0.1:${guardianPort}`,
      standIns,
      bytecodeProof: bridges.bytecodeProof,
      dataDir,
      spawn: (spawned) => keeper.spawn(spawned),
      pids: () => [
        keeper.pid,
        ...CHAIN_NAMES.map((name) => chains[name].process.pid),
        ...STAND_IN_NAMES.flatMap((name) => standIns[name].pid ?? []),
      ],
      stop: async () => {
        for (const name of CHAIN_NAMES) chains[name].provider.destroy();
        await keeper.stop();
      },
    };
  } catch (error) {
    await keeper.stop();
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

async function startChains(
  keeper: Keeper,
  basePort: number,
  options: Omit<AnvilOptions, 'port'>,
): Promise<Record<ChainName, RunningChain>> {
  const start = (name: ChainName): Promise<RunningChain> =>
    startAnvil(keeper, CHAIN_SPECS[name], { ...options, port: basePort + CHAIN_NAMES.indexOf(name) });
  const [hub, spokeA, spokeB] = await Promise.all([start('hub'), start('spokeA'), start('spokeB')]);
  return { hub, spokeA, spokeB };
}

function withBridges(
  running: Readonly<Record<ChainName, RunningChain>>,
  { layerZero, wormhole }: DeployedBridges,
): DevnetChains {
  return {
    hub: { ...running.hub, layerZero: layerZero.hub, wormhole: wormhole.hub },
    spokeA: { ...running.spokeA, layerZero: layerZero.spokeA, wormhole: null },
    spokeB: { ...running.spokeB, layerZero: null, wormhole: wormhole.spokeB },
  };
}

function standInChains(chains: DevnetChains) {
  const all: DevnetChain[] = CHAIN_NAMES.map((name) => chains[name]);
  const base = ({ rpcUrl, spec }: DevnetChain) => ({ rpcUrl, chainId: spec.chainId, startBlock: 0 });
  return {
    layerZero: all.flatMap((chain) => (chain.layerZero ? [{ ...base(chain), ...chain.layerZero }] : [])),
    wormhole: all.flatMap((chain) =>
      chain.wormhole ? [{ ...base(chain), wormholeChain: chain.wormhole.chainId, core: chain.wormhole.core }] : [],
    ),
  };
}
