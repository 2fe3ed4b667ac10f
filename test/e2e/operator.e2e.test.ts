import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import { startDevnet, type Devnet } from '@ala/infra/devnet/devnet';
import { writeRelayerConfig } from '@ala/infra/supervisor/relayerProcess';
import { startEmbeddedPostgres, type RunningPostgres } from '@ala/postgres/embeddedPostgres';
import type { Finding } from '@ala/relayer/doctor/finding';

const BASE_PORT = 18_730;

let dataDir: string;
let devnet: Devnet;
let postgres: RunningPostgres;
let configPath: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'ala-operator-'));
  devnet = await startDevnet({ basePort: BASE_PORT, dataDir });
  postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log: () => undefined });
  const { deploymentPath } = await deployAla(devnet);
  const surroundings = { deploymentPath, databaseUrl: postgres.databaseUrl, basePort: BASE_PORT };
  configPath = writeRelayerConfig(devnet, surroundings);
});

afterAll(async () => {
  await postgres.stop();
  await devnet.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

function run(command: string, args: readonly string[]): Promise<Answer> {
  const child = spawn(command, args, { env: { ...process.env, DATABASE_URL: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output, errors }));
  });
}

function doctor(...args: string[]): Promise<Answer> {
  return run(join(repositoryRoot(), 'ala'), ['doctor', ...args]);
}

interface DeploymentJson {
  profile: string;
  chains: Record<string, { chainId: number; rpcUrl: string }>;
  hub: { exchangeVault: string };
}

/** Configuration and deployment file with changes, beside the right ones. */
function changed(name: string, change: (deployment: DeploymentJson) => void, settings: object = {}): string {
  const config = JSON.parse(readFileSync(configPath, 'utf8')) as { deployment: string };
  const deployment = JSON.parse(readFileSync(config.deployment, 'utf8')) as DeploymentJson;
  change(deployment);
  const deploymentPath = join(dataDir, `${name}-deployment.json`);
  writeFileSync(deploymentPath, JSON.stringify(deployment));
  const path = join(dataDir, `${name}.json`);
  writeFileSync(path, JSON.stringify({ ...config, ...settings, deployment: deploymentPath }));
  return path;
}

function chainOf(deployment: DeploymentJson, name: string): { chainId: number; rpcUrl: string } {
  const chain = deployment.chains[name];
  if (chain === undefined) throw new Error(`no chain ${name}`);
  return chain;
}

test('ala doctor finds nothing wrong with a devnet', async () => {
  const { status, output } = await doctor('--config', configPath, '--json');
  const { findings } = JSON.parse(output) as { findings: Finding[] };
  const others = findings.filter(({ level }) => level !== 'ok').map(({ check }) => check);
  // No node has run on this database yet.
  expect(others).toEqual(['migrations']);
  expect(new Set(findings.map(({ check }) => check))).toEqual(
    new Set([
      ...['configuration', 'database', 'migrations', 'lanes', 'sender key', 'wormholeApi'],
      ...['hub', 'spokeA', 'spokeB'].flatMap((chain) =>
        ['rpc', 'head', 'logs', 'sender', 'code', 'operators', 'pause'].map((check) => `${check} ${chain}`),
      ),
      ...['bridge of spoke 1', 'bridge of spoke 2'],
    ]),
  );
  expect(status).toBe(0);
});

test('ala doctor names each thing that is broken, and none hides another', async () => {
  const vault = '0x00000000000000000000000000000000000000aa';
  const path = changed(
    'broken',
    (deployment) => {
      chainOf(deployment, 'spokeA').chainId = 999;
      chainOf(deployment, 'spokeB').rpcUrl = 'http://127.0.0.1:9/key';
      deployment.hub.exchangeVault = vault;
    },
    { senderKey: Wallet.createRandom().privateKey },
  );
  const { status, output } = await doctor('--config', path);
  const problems = output.split('\n').filter((line) => line.startsWith('PROBLEM'));
  expect(problems).toEqual([
    expect.stringMatching(/^PROBLEM {2}sender hub +0x[0-9a-f]{40} has 0\.0 /),
    expect.stringMatching(new RegExp(`^PROBLEM {2}code hub +no code at ${vault}, exchangeVault$`)),
    expect.stringMatching(/^PROBLEM {2}rpc spokeA +.*serves chain \d+, not 999/),
    expect.stringMatching(/^PROBLEM {2}rpc spokeB +http:\/\/127\.0\.0\.1:9: /),
    expect.stringMatching(/^PROBLEM {2}bridge of spoke 1 +layerzero: .*serves chain \d+, not 999/),
    expect.stringMatching(/^PROBLEM {2}bridge of spoke 2 +wormhole: /),
  ]);
  expect(output).not.toContain('127.0.0.1:9/key');
  expect(status).toBe(1);
});

test('ala doctor says what a configuration lacks, and takes no unknown option', async () => {
  const path = join(dataDir, 'none.json');
  writeFileSync(path, JSON.stringify({ deployment: 'nowhere.json' }));
  const lacking = await doctor('--config', path);
  expect(lacking.output).toMatch(/PROBLEM {2}configuration +databaseUrl/);
  expect(lacking.output).toMatch(/PROBLEM {2}configuration +cannot read the deployment file/);
  expect(lacking.status).toBe(1);
  expect((await doctor('--cnofig', path)).status).toBe(2);
});

test('a node refuses to run in production on bridges that are secured for a devnet', async () => {
  const path = changed('production', (deployment) => (deployment.profile = 'production'));
  const main = join(repositoryRoot(), 'relayer', 'dist', 'main.js');
  const { status, errors } = await run(process.execPath, [main, '--config', path]);
  const lines = errors.split('\n').filter((line) => line.startsWith('  - '));
  const one = (chain: string, direction: string) =>
    expect.stringMatching(
      new RegExp(`^  - ${chain}: 0x[0-9a-f]{40}: required DVNs ${direction} \\d+: expected at least 2, found 1: 0x`),
    ) as string;
  // Three tokens, and each of their OFTs in both directions.
  expect(lines).toHaveLength(12);
  for (const chain of ['hub', 'spokeA'])
    for (const direction of ['sending towards', 'receiving from']) expect(lines).toContainEqual(one(chain, direction));
  expect(status).toBe(2);
});
