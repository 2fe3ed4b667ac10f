import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployConfig } from '@ala/deploy/config/schema';
import { CHAIN_NAMES, type ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { devnetConfig } from '@ala/infra/devnet/ala/devnetConfig';
import { planFeeds } from '@ala/infra/devnet/ala/deployAla';
import { DEFAULT_TERMS } from '@ala/infra/devnet/ala/terms';
import { startDevnet, type Devnet } from '@ala/infra/devnet/devnet';
import { configText } from './configText.js';

/** A devnet with bridges and tokens, and a file that says what to deploy on it. */
export interface DeployWorld {
  readonly devnet: Devnet;
  readonly config: DeployConfig;
  /** Holds the deployer's key. */
  readonly env: NodeJS.ProcessEnv;
  /** A folder of its own with the file in it, the chains as they were when the world began. */
  begin(changes?: Partial<DeployConfig>): Promise<string>;
  /** Runs `work`, then brings every chain back to where it was before. */
  undone(work: () => Promise<void>): Promise<void>;
  /** How many transactions the deployer has sent, by chain. */
  nonces(): Promise<Record<ChainName, number>>;
  stop(): Promise<void>;
}

export async function startDeployWorld(basePort: number): Promise<DeployWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'ala-deploy-'));
  const run = { dvn: false, executor: false, guardian: false };
  const devnet = await startDevnet({ basePort, dataDir: folder, standIns: { run } });
  const { deployer } = devnet.accounts;
  const lane = await Lane.open(devnet.chains.hub.provider, deployer);
  const feeds = planFeeds(lane);
  await lane.flush();
  const config = devnetConfig(devnet, feeds, DEFAULT_TERMS);
  const send = (name: ChainName, method: string, params: unknown[]): Promise<unknown> =>
    devnet.chains[name].provider.send(method, params);
  const snapshot = (): Promise<unknown[]> => Promise.all(CHAIN_NAMES.map((name) => send(name, 'evm_snapshot', [])));
  const revert = async (ids: readonly unknown[]): Promise<void> => {
    await Promise.all(CHAIN_NAMES.map((name, index) => send(name, 'evm_revert', [ids[index]])));
  };

  let start = await snapshot();
  let runs = 0;
  return {
    devnet,
    config,
    env: {
      ...process.env,
      ALA_DEPLOYER_KEY: deployer.privateKey,
      ...Object.fromEntries(CHAIN_NAMES.map((name) => [`RPC_${name}`, devnet.chains[name].rpcUrl])),
    },
    async begin(changes = {}) {
      await revert(start);
      start = await snapshot();
      const path = join(folder, `run-${++runs}.yaml`);
      writeFileSync(path, configText({ ...config, ...changes }));
      return path;
    },
    async undone(work) {
      const before = await snapshot();
      try {
        await work();
      } finally {
        await revert(before);
      }
    },
    async nonces() {
      const counts = CHAIN_NAMES.map(async (name) => {
        return [name, await devnet.chains[name].provider.getTransactionCount(deployer.address)] as const;
      });
      return Object.fromEntries(await Promise.all(counts)) as Record<ChainName, number>;
    },
    async stop() {
      await devnet.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
