import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Contract, id, ZeroHash } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractArtifact } from '@ala/deploy/artifact';
import { knownState, openDeployment } from '@ala/deploy/openDeployment';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import type { Moment } from '@ala/deploy/run/sendStep';
import { verifyDeployment } from '@ala/deploy/verify/verifyDeployment';
import { alaCode } from '@ala/infra/devnet/chain/contractCode';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { parseDeployment } from '@ala/shared/deployment';
import { applyOnce } from './applyOnce.js';
import { startDeployWorld, type DeployWorld } from './deployWorld.js';

const STRANGER = `0x${'00'.repeat(18)}5757`;

const BASE_PORT = 19_100;
const MOMENTS: readonly Moment[] = ['intent', 'broadcast', 'sent', 'mined'];

/** A step of every kind, at which the process is really killed; all the others die within one process. */
const KILLED_STEPS = [
  'operatorSet@hub',
  'operatorSet@spokeB addSet 1',
  'auctionHub',
  'spoke-1',
  'port-2',
  'hubPort-1 setPeer 1',
  'hubPort-3 setSpoke 3',
  'spoke-2 createBasket 1',
  'auctionHub setRoute 1 tETH',
  'source-1',
  'auctionHub createMarket 1',
];

let world: DeployWorld;
/** Where processes are killed, while others are interrupted in `world`. */
let killingWorld: DeployWorld;
/** What an undisturbed run ends in: the deployment file, and how many transactions it took. */
let undisturbed: Outcome;

interface Outcome {
  readonly record: string;
  readonly nonces: Record<string, number>;
  readonly differences: readonly object[];
}

beforeAll(async () => {
  [world, killingWorld] = await Promise.all([startDeployWorld(BASE_PORT), startDeployWorld(BASE_PORT + 10)]);
  const path = await world.begin();
  await applyOnce(path, world.env);
  undisturbed = await outcomeOf(world, path);
});

afterAll(() => Promise.all([world.stop(), killingWorld.stop()]));

const recordOf = (path: string): string => path.replace('.yaml', '.deployment.json');
const journalOf = (path: string): string => path.replace('.yaml', '.journal.json');

async function outcomeOf(world: DeployWorld, path: string): Promise<Outcome> {
  const open = openDeployment(path, world.env);
  try {
    const differences = await verifyDeployment({ config: open.config, clients: open.clients, ...knownState(open) });
    const record = readFileSync(recordOf(path), 'utf8')
      .replaceAll(/"startBlock": \d+/g, '"startBlock": 0')
      // The two worlds differ in the tens of their ports.
      .replaceAll(/127\.0\.0\.1:191\d(\d)/g, '127.0.0.1:1910$1');
    return { record, nonces: await world.nonces(), differences };
  } finally {
    open.close();
  }
}

function ala(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const program = `${repositoryRoot()}/deploy/dist/cli.js`;
  return spawnSync(process.execPath, [program, ...args], { env: world.env, encoding: 'utf8' });
}

it('deploys what the file says, and writes what the relayer reads', () => {
  expect(undisturbed.differences).toEqual([]);
  const deployment = parseDeployment(undisturbed.record);
  expect(deployment.spokes.map(({ bridge }) => bridge)).toEqual(['layerzero', 'wormhole', 'local']);
  expect(deployment.devnet).toBeNull();
});

it('a second run sends nothing', async () => {
  const path = await world.begin();
  expect((await applyOnce(path, world.env)).transactions).toBeGreaterThan(40);
  const after = await outcomeOf(world, path);
  expect(await applyOnce(path, world.env)).toEqual({ transactions: 0 });
  expect(await outcomeOf(world, path)).toEqual(after);
});

/** One after the other in each of the two worlds, the two worlds at the same time. */
describe.concurrent('interrupted at a moment of a transaction', { timeout: 600_000 }, () => {
  it('at every step, it ends with the same addresses, wiring and number of transactions', async ({ expect }) => {
    for (const moment of MOMENTS) {
      const path = await world.begin();
      const interrupted = new Set<string>();
      const atMoment = (step: string, reached: Moment): void => {
        if (reached !== moment || interrupted.has(step)) return;
        interrupted.add(step);
        throw new Error('interrupted');
      };
      let runs = 0;
      for (let ended = false; !ended; runs++) {
        ended = await applyOnce(path, world.env, { atMoment }).then(
          () => true,
          (error: unknown) => {
            expect(String(error), moment).toContain('interrupted');
            return false;
          },
        );
      }
      expect(runs, moment).toBe(interrupted.size + 1);
      expect(interrupted.size, moment).toBeGreaterThan(40);
      expect(await outcomeOf(world, path), moment).toEqual(undisturbed);
    }
  });

  it('by kill -9, it goes on where it ended', async ({ expect }) => {
    const program = fileURLToPath(new URL('./killableApply.js', import.meta.url)).replace(
      '/test/e2e/',
      '/test/dist/e2e/',
    );
    for (const moment of MOMENTS) {
      const path = await killingWorld.begin();
      const killedFile = `${path}.killed`;
      const signals: (NodeJS.Signals | null)[] = [];
      for (let status: number | null = null; status === null;) {
        status = await new Promise<number | null>((resolve, reject) => {
          const child = spawn(process.execPath, [program, path, moment, killedFile, ...KILLED_STEPS], {
            env: killingWorld.env,
            stdio: ['ignore', 'ignore', 'inherit'],
          });
          child.once('error', reject);
          child.once('exit', (code, signal) => {
            signals.push(signal);
            resolve(code);
          });
        });
        if (status !== null) expect(status, moment).toBe(0);
      }
      expect(signals, moment).toEqual([...KILLED_STEPS.map(() => 'SIGKILL'), null]);
      expect(readFileSync(killedFile, 'utf8').trim().split('\n').sort()).toEqual([...KILLED_STEPS].sort());
      expect(await outcomeOf(killingWorld, path), moment).toEqual(undisturbed);
    }
  });
});

describe('a transaction of which the chain does not tell what became', () => {
  it('stops the run until somebody has looked, and is not sent again by itself', async () => {
    const path = await world.begin();
    const step = 'hubPort-1 setReceiveGas 1';
    const stop = (reached: string, moment: Moment): void => {
      if (reached === step && moment === 'intent') throw new Error('interrupted');
    };
    await expect(applyOnce(path, world.env, { atMoment: stop })).rejects.toThrow('interrupted');
    // Another transaction takes the nonce that the journal has given to the step.
    const { provider } = world.devnet.chains.hub;
    const { address } = world.devnet.accounts.deployer;
    const hash = (await provider.send('eth_sendTransaction', [{ from: address, to: address, value: '0x1' }])) as string;
    await expect.poll(() => provider.getTransactionReceipt(hash)).not.toBeNull();

    const before = await world.nonces();
    await expect(applyOnce(path, world.env)).rejects.toThrow(`${step}: unknown: nonce`);
    expect(await world.nonces()).toEqual(before);
    await expect(applyOnce(path, world.env, { redo: ['auctionHub'] })).rejects.toThrow('the step is done');

    await applyOnce(path, world.env, { redo: [step] });
    expect((await outcomeOf(world, path)).differences).toEqual([]);
  });

  it('is waited for as long as its nonce is free, and the wait ends', async () => {
    const path = await world.begin();
    const stop = (step: string, moment: Moment): void => {
      if (step === 'auctionHub' && moment === 'intent') throw new Error('interrupted');
    };
    await expect(applyOnce(path, world.env, { atMoment: stop })).rejects.toThrow('interrupted');
    const { provider } = world.devnet.chains.hub;
    await provider.send('evm_setIntervalMining', [0]);
    await provider.send('evm_setAutomine', [false]);
    try {
      await expect(applyOnce(path, world.env, { receiptTimeoutMs: 200 })).rejects.toThrow('is not in a block yet');
      await expect(applyOnce(path, world.env, { receiptTimeoutMs: 200 })).rejects.toThrow('is not in a block yet');
    } finally {
      await provider.send('evm_setAutomine', [true]);
    }
    await applyOnce(path, world.env);
    expect(await outcomeOf(world, path)).toEqual(undisturbed);
  });
});

describe('refuses, and sends nothing', () => {
  it('when the chains are not what the file builds on', async () => {
    const tokens = { ...world.config.tokens };
    tokens['tETH'] = { ...world.config.tokens['tETH']!, decimals: 17 };
    const path = await world.begin({ tokens });
    const before = await world.nonces();
    await expect(applyOnce(path, world.env)).rejects.toThrow(/nothing was sent.*decimals/s);
    expect(await world.nonces()).toEqual(before);
  });

  it('when a deployment stands and its journal is gone', async () => {
    const path = await world.begin();
    await applyOnce(path, world.env);
    rmSync(journalOf(path));
    await expect(applyOnce(path, world.env)).rejects.toThrow('it would all be deployed again');
    // Whoever has the deployment file can still verify.
    expect((await outcomeOf(world, path)).differences).toEqual([]);
  });

  it('when the file now wants other constructor arguments, or another value of what is set once', async () => {
    const path = await world.begin();
    await applyOnce(path, world.env);
    const text = readFileSync(path, 'utf8');
    const before = await world.nonces();
    writeFileSync(path, text.replace('maxAgeSec: 604800', 'maxAgeSec: 3600'));
    await expect(applyOnce(path, world.env)).rejects.toThrow('oracle-1: conflict: deployed at');
    writeFileSync(path, text.replace('feeGraceSec: 60', 'feeGraceSec: 61'));
    await expect(applyOnce(path, world.env)).rejects.toThrow('feeGraceSec is 60, not 61; it is set once');
    expect(await world.nonces()).toEqual(before);
  });
});

describe('ownership', () => {
  it('is offered to the owner in the end, who accepts by himself', async () => {
    const owner = world.devnet.accounts.traveller.address;
    const path = await world.begin({ owner });
    await applyOnce(path, world.env);
    const offered = (await outcomeOf(world, path)).differences as { what: string; actual: string }[];
    expect(new Set(offered.map(({ what }) => what))).toEqual(new Set(['owner']));
    expect(offered[0]?.actual).toContain('offered to the owner, who has not accepted');
    expect((await applyOnce(path, world.env)).transactions).toBe(0);

    const provider = world.devnet.chains.hub.provider;
    const { auctionHub } = parseDeployment(readFileSync(recordOf(path), 'utf8')).hub;
    const lane = await Lane.open(provider, world.devnet.accounts.traveller);
    lane.call(auctionHub, alaCode('AuctionHub').interface, 'acceptOwnership', []);
    await lane.flush();
    expect((await outcomeOf(world, path)).differences).toHaveLength(offered.length - 1);
    expect((await applyOnce(path, world.env)).transactions).toBe(0);
    // From now on a new route is the owner's to send: nothing is written down that could not succeed.
    const journal = readFileSync(journalOf(path), 'utf8');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('routeTimeoutSec: 180', 'routeTimeoutSec: 181'));
    await expect(applyOnce(path, world.env)).rejects.toThrow(
      /nothing was sent.*OwnableUnauthorizedAccount.*the contract's owner has to send it: to 0x.*, data 0x/,
    );
    expect(readFileSync(journalOf(path), 'utf8')).toBe(journal);
  });
});

describe('a timelock on each chain', () => {
  it('owns everything once its proposer has announced that it accepts, and makes no change before its time', async () => {
    const { traveller } = world.devnet.accounts;
    const path = await world.begin({
      owner: traveller.address,
      guardian: traveller.address,
      timelock: { delaySec: 900 },
    });
    await applyOnce(path, world.env);
    expect((await applyOnce(path, world.env)).transactions).toBe(0);
    const offered = (await outcomeOf(world, path)).differences as { what: string; actual: string }[];
    expect(new Set(offered.map(({ what }) => what))).toEqual(new Set(['owner']));
    expect(offered[0]?.actual).toContain('offered to the owner, who has not accepted');

    const { provider } = world.devnet.chains.hub;
    const { auctionHub } = parseDeployment(readFileSync(recordOf(path), 'utf8')).hub;
    const hub = new Contract(auctionHub, alaCode('AuctionHub').interface, provider);
    const timelock = (await hub.getFunction('pendingOwner').staticCall()) as string;
    const abi = contractArtifact('Timelock').interface;
    const accept = [auctionHub, 0n, hub.interface.encodeFunctionData('acceptOwnership'), ZeroHash, ZeroHash] as const;
    const lane = await Lane.open(provider, traveller);
    lane.call(timelock, abi, 'schedule', [...accept, 900n]);
    await lane.flush();
    const execute = abi.encodeFunctionData('execute', [...accept]);
    await expect(provider.call({ to: timelock, data: execute })).rejects.toThrow();
    const announced = async (): Promise<unknown> =>
      ((await outcomeOf(world, path)).differences as { what: string; actual: string }[])
        .filter(({ what }) => what.startsWith('announcement'))
        .map(({ actual }) => actual);
    expect(await announced()).toEqual([expect.stringMatching(/^waits, from 20.*Z: auctionHub acceptOwnership\(\)$/)]);
    await provider.send('evm_increaseTime', [900]);
    await provider.send('evm_mine', []);
    expect(await announced()).toEqual([expect.stringMatching(/^can be executed, from /)]);
    lane.call(timelock, abi, 'execute', [...accept]);
    await lane.flush();
    expect((await outcomeOf(world, path)).differences).toHaveLength(offered.length - 1);

    // A second proposer, as a stolen key would have announced it.
    const grant = abi.encodeFunctionData('grantRole', [id('PROPOSER_ROLE'), STRANGER]);
    lane.call(timelock, abi, 'schedule', [timelock, 0n, grant, ZeroHash, ZeroHash, 900n]);
    await lane.flush();
    await provider.send('evm_increaseTime', [900]);
    await provider.send('evm_mine', []);
    lane.call(timelock, abi, 'execute', [timelock, 0n, grant, ZeroHash, ZeroHash]);
    await lane.flush();
    expect((await outcomeOf(world, path)).differences).toContainEqual(
      expect.objectContaining({ contract: 'timelock@hub', what: `proposer ${STRANGER}`, actual: 'set' }),
    );

    // A file that asks for another delay, or another proposer, is not what the chains hold.
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('delaySec: 900', 'delaySec: 901'));
    const rows = (await outcomeOf(world, path)).differences as { contract: string; what: string; expected: string }[];
    expect(rows).toContainEqual(
      expect.objectContaining({ contract: 'timelock@hub', what: 'delay', expected: '901', actual: '900' }),
    );
    writeFileSync(path, text);
  });
});

describe('the command', () => {
  it('plans, applies, verifies, and says so by its status', async () => {
    const path = await world.begin();
    const planned = ala(['plan', '--file', path]);
    expect(planned.status).toBe(0);
    expect(planned.stderr).toMatch(/^reading [^\n]+ of the file\n$/);
    expect(planned.stdout).toMatch(/^ {3}1 {2}hub {5}deploy OperatorSet as operatorSet@hub$/m);
    expect(planned.stdout).toMatch(/^\d+ steps to do, 0 done$/m);
    expect(existsSync(journalOf(path))).toBe(false);

    const unverified = ala(['verify', '--file', path, '--json']);
    expect(unverified.status).toBe(1);

    const applied = ala(['apply', '--file', path, '--json']);
    expect(applied.status).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({ deployment: recordOf(path) });
    expect(applied.stderr).toMatch(/deploy AuctionHub as auctionHub: 0x[0-9a-fA-F]{40}, transaction 0x/);
    expect(await outcomeOf(world, path)).toEqual(undisturbed);

    expect(ala(['apply', '--file', path]).stdout).toContain('nothing was left to do');
    expect(ala(['plan', '--file', path]).stdout).toMatch(/^0 steps to do, \d+ done$/m);
    expect(ala(['verify', '--file', path])).toMatchObject({ status: 0, stdout: 'no difference\n' });
  });

  it('ends with 2 for a bad file, a missing key or option', async () => {
    const path = await world.begin();
    expect(ala(['plan'])).toMatchObject({ status: 2 });
    expect(ala(['verify', '--file', `${path}.none`])).toMatchObject({ status: 2 });
    const env = { ...world.env, ALA_DEPLOYER_KEY: '' };
    const program = `${repositoryRoot()}/deploy/dist/cli.js`;
    const keyless = spawnSync(process.execPath, [program, 'apply', '--file', path], { env, encoding: 'utf8' });
    expect(keyless).toMatchObject({ status: 2, stderr: expect.stringContaining('ALA_DEPLOYER_KEY') as string });
  });
});
