import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAnvil, type RunningChain } from '@ala/infra/devnet/chain/anvil';
import { CHAIN_SPECS } from '@ala/infra/devnet/chain/chainSpec';
import { Keeper } from '@ala/infra/devnet/process/keeperClient';
import { Random } from './random.js';
import { RpcClient } from './rpcClient.js';
import { MAX_REORG, SimulatedChain } from './simulatedChain.js';

/** As many states as the chain keeps; a world has fewer blocks, a few worlds more. */
const RECENT_STATES = 32;
const START_SEC = 4_000_000_000;

let keeper: Keeper;
let anvil: RunningChain;
let chain: SimulatedChain;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'ala-chain-'));
  keeper = Keeper.start();
  const options = { port: 19_590, blockTimeSec: 1, dataDir, ipc: true, recentStates: RECENT_STATES };
  anvil = await startAnvil(keeper, CHAIN_SPECS.hub, options);
  chain = new SimulatedChain('hub', anvil.spec.chainId, new RpcClient(anvil.ipcPath ?? ''));
  await chain.hold();
});

afterAll(async () => {
  chain.rpc.close();
  anvil.provider.destroy();
  await keeper.stop();
  rmSync(dataDir, { recursive: true });
});

test('any of a world’s blocks can be taken back, however many worlds there were', async () => {
  const base = chain.head;
  const random = new Random(1);
  for (let world = 1; world <= 300; world++) {
    await chain.reset();
    expect(chain.head).toBe(base);
    await chain.mineShared(START_SEC);
    await mine(random.between(0, 2));
    await chain.reorganise(MAX_REORG, START_SEC, random);
    await mine(random.between(1, 15));
  }
});

async function mine(blocks: number): Promise<void> {
  for (let mined = 0; mined < blocks; mined++) await chain.mine(START_SEC);
}
