import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MaxUint256, toQuantity } from 'ethers';
import { deployAla, type DeployedAla } from '@ala/infra/devnet/ala/deployAla';
import type { AlaTerms } from '@ala/infra/devnet/ala/terms';
import { CHAIN_NAMES, type ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { moveTime } from '@ala/infra/devnet/chain/moveTime';
import { startDevnet, type Devnet } from '@ala/infra/devnet/devnet';
import { fundLps, lpOf } from '@ala/infra/devnet/scenario/fundLps';
import { openPosition } from '@ala/infra/devnet/scenario/liquidation';
import { placeBids, type PlacedBid } from '@ala/infra/devnet/scenario/placeBids';
import { BOOK } from '@ala/infra/devnet/scenario/plannedBids';
import { BITCOIN, ETHER } from '@ala/infra/devnet/scenario/positions';
import { ABI, openWorld, type World } from '@ala/infra/devnet/scenario/world';
import type { HubTerms } from '@ala/relayer/auction/auctionView';
import { readHubTerms } from '@ala/relayer/auction/hubTerms';
import { openChains } from '@ala/relayer/chain/chain';
import { readConfig, type Config } from '@ala/relayer/config/config';
import { openDatabase } from '@ala/relayer/db/client';
import { followOnce } from '@ala/relayer/ingest/followOnce';
import { pino } from 'pino';
import { writeRelayerConfig } from '@ala/infra/supervisor/relayerProcess';
import { rememberHashes } from './hashes.js';
import { readerOf } from './relayerNode.js';
import { RpcClient } from './rpcClient.js';
import { SimulatedChain } from './simulatedChain.js';
import { SimulatedDatabase } from './simulatedDatabase.js';
import type { BaseLogs } from './worldReader.js';

/** Short, so that an auction comes to its end in few blocks. */
const TERMS: Partial<AlaTerms> = { auctionSec: 240, settleWindowSec: 60, routeTimeoutSec: 120, callTimeoutSec: 300 };
/** Nobody looks further back; anvil would write a gigabyte to the disk for every few hundred worlds. */
const RECENT_STATES = 256;
/** All times of a world are counted from a whole multiple of this, so that buckets begin at the same moments in each. */
const ROUND_START_SEC = 1_000;

/** What all worlds begin with: contracts, bridges, a book, two loans, and a database. */
export interface SimulatedNetwork {
  readonly devnet: Devnet;
  readonly ala: DeployedAla;
  readonly config: Config;
  readonly terms: HubTerms;
  readonly bids: readonly PlacedBid[];
  readonly chains: readonly SimulatedChain[];
  readonly database: SimulatedDatabase;
  /** Newest block of each chain at the beginning. */
  readonly baseBlocks: ReadonlyMap<ChainName, number>;
  /** What the checker has read of the blocks up to those. */
  readonly baseLogs: ReadonlyMap<ChainName, BaseLogs>;
  readonly startSec: number;
  stop(): Promise<void>;
}

/** Starts the devnet and brings it to where every world begins; takes about twenty seconds. */
export async function startSimulatedNetwork(basePort: number): Promise<SimulatedNetwork> {
  rememberHashes();
  const dataDir = mkdtempSync(join(tmpdir(), 'ala-simulation-'));
  const endings: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const devnet = await startDevnet({
      basePort,
      dataDir,
      ipc: true,
      recentStates: RECENT_STATES,
      standIns: { executorGraceMs: 0 },
    });
    endings.push(() => devnet.stop());
    const database = await SimulatedDatabase.start();
    endings.push(() => database.stop());
    const ala = await deployAla(devnet, TERMS);
    const world = openWorld(devnet, ala, () => undefined);
    const bids = await furnish(world);
    const { deploymentPath } = ala;
    const config = readConfig(writeRelayerConfig(devnet, { deploymentPath, databaseUrl: database.url, basePort }), {});
    const chains = await holdChains(devnet);
    endings.push(() => {
      for (const chain of chains) chain.rpc.close();
      return Promise.resolve();
    });
    const terms = await readBase(config);
    await database.takeBase();
    return {
      devnet,
      ala,
      config: { ...config, executorGraceMs: 0 },
      terms,
      bids,
      chains,
      database,
      baseBlocks: new Map(chains.map(({ name, head }) => [name, head])),
      baseLogs: new Map(chains.map(({ name }) => [name, new Map()])),
      startSec: await startOf(chains),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The book of the scenario is active, two positions can be liquidated once prices fall, and LPs have as much again to bid with. */
async function furnish(world: World): Promise<readonly PlacedBid[]> {
  await fundLps(world, [...BOOK, ...BOOK]);
  for (const position of [ETHER, BITCOIN]) await openPosition(world, position);
  const bids = await placeBids(world, BOOK);
  const { devnet, deployment } = world;
  for (const { lp, spoke: id } of new Map(BOOK.map((bid) => [`${bid.lp} ${bid.spoke}`, bid])).values()) {
    const spoke = deployment.spokes.find((candidate) => (candidate.id as number) === id);
    if (spoke === undefined) throw new Error(`the deployment has no spoke ${id}`);
    const name = spoke.chain as ChainName;
    const lane = await Lane.open(devnet.chains[name].provider, lpOf(world, lp));
    lane.call(devnet.tokens.tUSD[name], ABI.token, 'approve', [spoke.spoke, MaxUint256]);
    await lane.flush();
  }
  const providers = CHAIN_NAMES.map((name) => devnet.chains[name].provider);
  await moveTime(providers, Math.max(...bids.map(({ activeAtSec }) => activeAtSec)));
  return bids;
}

async function holdChains(devnet: Devnet): Promise<SimulatedChain[]> {
  const { dvn, executor, guardian } = devnet.standIns;
  await Promise.all([dvn.stop(), executor.stop(), guardian.stop()]);
  const chains: SimulatedChain[] = [];
  for (const name of CHAIN_NAMES) {
    const { spec, ipcPath, layerZero } = devnet.chains[name];
    if (ipcPath === null) throw new Error(`chain ${name} has no socket`);
    const chain = new SimulatedChain(name, spec.chainId, new RpcClient(ipcPath));
    if (layerZero !== null) {
      await chain.rpc.send('anvil_impersonateAccount', [layerZero.dvn]);
      await chain.rpc.send('anvil_setBalance', [layerZero.dvn, toQuantity(10n ** 20n)]);
    }
    await chain.hold();
    chains.push(chain);
  }
  return chains;
}

async function startOf(chains: readonly SimulatedChain[]): Promise<number> {
  const newest = await Promise.all(chains.map(async (chain) => Number((await chain.block('latest')).timestamp)));
  return (Math.floor(Math.max(...newest) / ROUND_START_SEC) + 1) * ROUND_START_SEC;
}

/** Reads the chains into the database, as far as every world has them. */
async function readBase(config: Config): Promise<HubTerms> {
  const { deployment, databaseUrl: url } = config;
  const database = openDatabase({ url, onIdleError: () => undefined });
  const chains = openChains(deployment);
  try {
    const [hub, basket] = [chains.find(({ name }) => name === deployment.hub.chain), deployment.baskets[0]];
    if (hub === undefined || basket === undefined) throw new Error('the deployment has no hub chain or no basket');
    const common = { deployment, db: database.db, log: pino({ level: 'silent' }) };
    const nothing = { cause: () => Promise.resolve([]), onWritten: () => undefined };
    for (const chain of chains) {
      const reader = readerOf(deployment, chain);
      while ((await followOnce({ ...common, ...nothing, chain, reader })) !== 'idle');
    }
    return await readHubTerms(hub, deployment, basket.id);
  } finally {
    for (const { provider } of chains) provider.destroy();
    await database.close();
  }
}
