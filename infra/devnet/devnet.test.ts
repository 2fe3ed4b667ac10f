import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDeployment } from '@ala/shared/deployment';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployAla } from './ala/deployAla.js';
import { balanceOf, fetchVaa, redeemWormhole, sendOft, sendWormhole } from './bridges/transfers.js';
import { proveBytecode } from './bridges/bytecodeProof.js';
import { alaCode, layerZeroCode, type ContractCode } from './chain/contractCode.js';
import type { ChainName } from './chain/chainSpec.js';
import { Lane } from './chain/lane.js';
import { waitFor } from './chain/waitFor.js';
import { startDevnet, type Devnet, type DevnetChain } from './devnet.js';
import { view } from './scenario/world.js';
import { compiledProgram } from './process/keeperClient.js';

const BASE_PORT = 18_510;
const OTHER_BASE_PORT = 18_520;
const AMOUNT = 1_234_567n;
const ARRIVAL_MS = 20_000;

let devnet: Devnet;
const dataDir = mkdtempSync(join(tmpdir(), 'ala-devnet-'));

beforeAll(async () => {
  devnet = await startDevnet({ basePort: BASE_PORT, dataDir, standIns: { executorGraceMs: 0 } });
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.deployer);
  const mint = [devnet.accounts.traveller.address, 10n * AMOUNT];
  lane.call(devnet.tokens.tUSD.hub, alaCode('TestToken').interface, 'mint', mint);
  await lane.flush();
}, 60_000);

afterAll(async () => {
  await (devnet as Devnet | undefined)?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

function toHaveArrived(chain: DevnetChain, token: string, owner: string, amount: bigint): Promise<true> {
  return waitFor(async () => ((await balanceOf(chain, token, owner)) === amount ? true : null), {
    what: `${amount} to arrive on ${chain.spec.name}`,
    timeoutMs: ARRIVAL_MS,
    pollMs: 100,
  });
}

test("a transaction that reverts is named, with the contract's own error", async () => {
  const { address } = devnet.accounts.borrower;
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.borrower);
  lane.call(devnet.tokens.tUSD.hub, alaCode('TestToken').interface, 'mint', [address, 1n]);
  await expect(lane.flush()).rejects.toThrow(`mint reverted: OwnableUnauthorizedAccount(${address})`);
});

test('every bridge contract was made from its package', () => {
  const contracts = new Set(devnet.bytecodeProof.map((proof) => proof.contract));
  for (const name of ['EndpointV2', 'SendUln302', 'ReceiveUln302', 'DVN', 'Executor', 'PriceFeed']) {
    expect(contracts).toContain(name);
  }
  for (const name of ['Wormhole', 'Implementation', 'TokenBridge', 'BridgeImplementation', 'TokenImplementation']) {
    expect(contracts).toContain(name);
  }
  for (const proof of devnet.bytecodeProof) expect(proof).toMatchObject({ equal: true, chainHash: proof.packageHash });
});

test("code that is not the package's is told apart", async () => {
  const endpoint = devnet.bytecodeProof.find((proof) => proof.contract === 'EndpointV2' && proof.chain === 'hub')!;
  const code = layerZeroCode('lz-evm-protocol-v2', 'EndpointV2');
  const altered = { ...code, bytecode: `${code.bytecode.slice(0, -2)}00` };
  const { provider } = devnet.chains.hub;
  const prove = (claimed: ContractCode, address: string) =>
    proveBytecode('hub', provider, [{ code: claimed, address, transactionHash: endpoint.transactionHash }]);
  expect(await prove(code, endpoint.address)).toMatchObject([{ equal: true }]);
  expect(await prove(altered, endpoint.address)).toMatchObject([{ equal: false }]);
  expect(await prove(code, devnet.tokens.tUSD.hub)).toMatchObject([{ equal: false }]);
});

test('an OFT transfer goes to spoke A and back through DVN and executor', async () => {
  const { hub, spokeA } = devnet.chains;
  const { tUSD } = devnet.tokens;
  const account = devnet.accounts.traveller;
  const recipient = devnet.accounts.lps[0]!;

  await sendOft({
    from: hub,
    to: spokeA,
    account,
    recipient: recipient.address,
    token: tUSD.hub,
    oapp: tUSD.oftAdapter,
    amount: AMOUNT,
  });
  await toHaveArrived(spokeA, tUSD.spokeA, recipient.address, AMOUNT);
  expect(await balanceOf(hub, tUSD.hub, tUSD.oftAdapter)).toBe(AMOUNT);

  const back = {
    from: spokeA,
    to: hub,
    account: recipient,
    recipient: recipient.address,
    token: tUSD.spokeA,
    oapp: tUSD.spokeA,
  };
  await sendOft({ ...back, amount: AMOUNT });
  await toHaveArrived(hub, tUSD.hub, recipient.address, AMOUNT);
  expect(await balanceOf(hub, tUSD.hub, tUSD.oftAdapter)).toBe(0n);
  expect(await balanceOf(spokeA, tUSD.spokeA, recipient.address)).toBe(0n);
}, 60_000);

test('a Token Bridge transfer goes to spoke B and back with VAAs from the guardian', async () => {
  const { hub, spokeB } = devnet.chains;
  const { tUSD } = devnet.tokens;
  const account = devnet.accounts.traveller;
  const recipient = devnet.accounts.lps[1]!;

  const out = await sendWormhole({
    from: hub,
    to: spokeB,
    account,
    recipient: recipient.address,
    token: tUSD.hub,
    amount: AMOUNT,
  });
  await redeemWormhole(spokeB, account, await fetchVaa(devnet.wormholeApi, out));
  expect(await balanceOf(spokeB, tUSD.spokeB, recipient.address)).toBe(AMOUNT);

  const back = {
    from: spokeB,
    to: hub,
    account: recipient,
    recipient: recipient.address,
    token: tUSD.spokeB,
    amount: AMOUNT,
  };
  await redeemWormhole(hub, account, await fetchVaa(devnet.wormholeApi, await sendWormhole(back)));
  expect(await balanceOf(hub, tUSD.hub, recipient.address)).toBe(AMOUNT);
  expect(await balanceOf(spokeB, tUSD.spokeB, recipient.address)).toBe(0n);
}, 60_000);

test('witnesses that were killed read on from the chains', async () => {
  const { hub, spokeA, spokeB } = devnet.chains;
  const { tUSD, tETH } = devnet.tokens;
  const account = devnet.accounts.traveller;
  const recipient = devnet.accounts.lps[2]!.address;
  await Promise.all(Object.values(devnet.standIns).map((standIn) => standIn.stop('SIGKILL')));

  const transfer = { from: hub, account, recipient, token: tUSD.hub, amount: AMOUNT };
  await sendOft({ ...transfer, to: spokeA, oapp: tUSD.oftAdapter });
  const message = await sendWormhole({ ...transfer, to: spokeB });
  await Promise.all(Object.values(devnet.standIns).map((standIn) => standIn.start()));

  await toHaveArrived(spokeA, tUSD.spokeA, recipient, AMOUNT);
  await redeemWormhole(spokeB, account, await fetchVaa(devnet.wormholeApi, message));
  expect(await balanceOf(spokeB, tUSD.spokeB, recipient)).toBe(AMOUNT);
  expect(await balanceOf(spokeA, tETH.spokeA, recipient)).toBe(0n);
}, 60_000);

test('ALA is deployed, tied together, and written down', async () => {
  const { deployment, deploymentPath } = await deployAla(devnet);
  expect(parseDeployment(readFileSync(deploymentPath, 'utf8'))).toEqual(deployment);
  const { hub } = deployment;
  const read = async (name: string, to: string, contract: string, method: string, args: unknown[] = []) =>
    view(devnet.chains[name as ChainName], to, alaCode(contract).interface, method, args);
  expect(String(await read('hub', hub.auctionHub, 'AuctionHub', 'vault')).toLowerCase()).toBe(hub.exchangeVault);
  for (const spoke of deployment.spokes) {
    expect(await read(spoke.chain, spoke.spoke, 'LiquiditySpoke', 'spokeId')).toBe(BigInt(spoke.id));
    for (const [hubToken, localToken] of spoke.tokens) {
      const route = (await read('hub', hub.auctionHub, 'AuctionHub', 'route', [spoke.id, hubToken])) as {
        port: string;
      };
      expect(route.port.toLowerCase()).toBe(spoke.hubPort);
      expect(await devnet.chains[spoke.chain as ChainName].provider.getCode(localToken)).not.toBe('0x');
    }
  }
}, 60_000);

test('a taken port is named, and nothing that was started stays', async () => {
  const taken = createServer().listen(OTHER_BASE_PORT + 3, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  try {
    const other = { basePort: OTHER_BASE_PORT, dataDir: join(dataDir, 'other') };
    await expect(startDevnet(other)).rejects.toThrow(`port ${OTHER_BASE_PORT + 3}, wanted for guardian, is in use`);
    await expect(fetch(`http://127.0.0.1:${OTHER_BASE_PORT}`)).rejects.toThrow();
  } finally {
    taken.close();
  }
}, 60_000);

test('an aborted start throws and leaves nothing behind', async () => {
  const abort = new AbortController();
  const abortOnceChainsAreUp = (line: string): void => {
    if (line.startsWith('chains up')) abort.abort(new Error('enough'));
  };
  const options = { basePort: OTHER_BASE_PORT, dataDir: join(dataDir, 'aborted'), signal: abort.signal };
  await expect(startDevnet({ ...options, progress: abortOnceChainsAreUp })).rejects.toThrow('enough');
  await expect(fetch(`http://127.0.0.1:${OTHER_BASE_PORT}`)).rejects.toThrow();
}, 60_000);

test('a devnet whose process is killed leaves nothing behind', async () => {
  const program = `
    import { startDevnet } from ${JSON.stringify(compiledProgram('devnet.js'))};
    const devnet = await startDevnet({ basePort: ${OTHER_BASE_PORT}, dataDir: ${JSON.stringify(join(dataDir, 'killed'))} });
    console.log(JSON.stringify(devnet.pids()));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = await new Promise<number[]>((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(JSON.parse(String(line)) as number[]));
    child.once('exit', (code) => reject(new Error(`ended early: ${code}`)));
  });
  expect(pids).toHaveLength(7);
  expect(pids.every(runs)).toBe(true);
  child.kill('SIGKILL');
  await waitFor(() => Promise.resolve(pids.some(runs) ? null : true), {
    what: 'all processes to end',
    timeoutMs: 10_000,
  });
}, 60_000);

test('stop ends every process', async () => {
  const pids = devnet.pids();
  expect(pids).toHaveLength(7);
  expect(pids.every(runs)).toBe(true);
  await devnet.stop();
  expect(pids.filter(runs)).toEqual([]);
  await devnet.stop();
}, 30_000);
