import { concat, keccak256, toBeHex, zeroPadValue, type Interface } from 'ethers';
import type { DeployConfig } from '@ala/deploy/config/schema';
import { knownState, openDeployment, type OpenDeployment } from '@ala/deploy/openDeployment';
import { verifyDeployment } from '@ala/deploy/verify/verifyDeployment';
import type { ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { applyOnce } from './applyOnce.js';
import { startDeployWorld, type DeployWorld } from './deployWorld.js';

/** A world on which a file was applied, and means to change single things in it. */
export class DeployedWorld {
  private constructor(
    readonly world: DeployWorld,
    readonly open: OpenDeployment,
    readonly at: (contract: string) => string,
  ) {}

  static async start(basePort: number): Promise<DeployedWorld> {
    const world = await startDeployWorld(basePort);
    const path = await world.begin();
    await applyOnce(path, world.env);
    const open = openDeployment(path, world.env);
    return new DeployedWorld(world, open, knownState(open).book.at);
  }

  async stop(): Promise<void> {
    this.open.close();
    await this.world.stop();
  }

  /** What `verify` finds, as `chain contract what: expected → actual`; `changes` stand for another file or other nodes. */
  async rows(changes: { config?: DeployConfig; clients?: OpenDeployment['clients'] } = {}): Promise<string[]> {
    const open = { ...this.open, ...changes };
    const found = await verifyDeployment({ config: open.config, clients: open.clients, ...knownState(open) });
    return found.map((row) => `${row.chain} ${row.contract} ${row.what}: ${row.expected} → ${row.actual}`);
  }

  /** One transaction of whoever owns everything. */
  async send(chain: ChainName, to: string, abi: Interface, method: string, args: unknown[]): Promise<void> {
    const { chains, accounts } = this.world.devnet;
    const lane = await Lane.open(chains[chain].provider, accounts.deployer);
    lane.call(to, abi, method, args);
    await lane.flush();
  }

  ask(chain: ChainName, method: string, params: unknown[]): Promise<unknown> {
    return this.world.devnet.chains[chain].provider.send(method, params);
  }

  /** Writes over the first slot, or place in a mapping with these keys, that holds `word`: for what no transaction can change. */
  async overwrite(
    chain: ChainName,
    contract: string,
    word: string,
    by: string,
    keys: readonly string[] = [],
  ): Promise<void> {
    const { provider } = this.world.devnet.chains[chain];
    for (let slot = 0; slot < 20; slot++) {
      const base = keys.reduce((inner, key) => keccak256(concat([key, inner])), toBeHex(slot, 32));
      for (const offset of [0n, 1n]) {
        const place = toBeHex(BigInt(base) + offset, 32);
        if ((await provider.getStorage(contract, place)) !== word) continue;
        await this.ask(chain, 'anvil_setStorageAt', [contract, place, by]);
        return;
      }
    }
    throw new Error(`no slot of ${contract} holds ${word}`);
  }
}

/** An address or a number as a word of 32 bytes. */
export function asWord(value: string | number): string {
  return typeof value === 'string' ? zeroPadValue(value, 32).toLowerCase() : toBeHex(value, 32);
}
