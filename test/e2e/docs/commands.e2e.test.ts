import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { devnetConfig } from '@ala/infra/devnet/ala/devnetConfig';
import { DEFAULT_TERMS } from '@ala/infra/devnet/ala/terms';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { Playground } from '@ala/infra/devnet/playground/playground';
import { servePlayground } from '@ala/infra/devnet/playground/server';
import { playgroundPort } from '@ala/infra/supervisor/relayerProcess';
import { startEmbeddedPostgres } from '@ala/postgres/embeddedPostgres';
import { configText } from '../deploy/configText.js';
import { startLiveNetwork, type LiveNetwork } from '../liveNetwork.js';
import { AS_LP, AS_OPERATOR, BY_THEMSELVES, LP1, OF_THE_API, TO_DEPLOY } from './commandTable.js';
import { DocShell, isInstalled, type ShellCommand } from './docShell.js';
import { runExamples } from './docExamples.js';
import { installedPostgres, startInstalledPostgres } from './installedPostgres.js';

/** One devnet for all of them, each stage going on from where the one before has left it. */
const BASE_PORT = 18_960;

let network: LiveNetwork;
let shell: DocShell;
/** Last first, also when a step of the start has failed. */
const endings: (() => unknown)[] = [];
const postgres = installedPostgres();

beforeAll(async () => {
  network = await startLiveNetwork({ basePort: BASE_PORT });
  endings.push(() => network.stop());
  const playground = await servePlayground(new Playground(network.world), playgroundPort(BASE_PORT));
  endings.push(() => playground.stop());
  const folder = mkdtempSync(join(tmpdir(), 'ala-docs-'));
  endings.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  shell = new DocShell(folder, BASE_PORT, { ...process.env, DATABASE_URL: '', URL: network.databaseUrl });
  endings.push(() => shell.end());
  symlinkSync(dirname(network.deploymentPath), join(folder, '.ala', 'devnet'));
});

afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

function runEach(commands: readonly ShellCommand[]): void {
  test.for(commands.map((wanted) => [wanted.command, wanted] as const))('%s', async ([, wanted], { skip }) => {
    const { needs, status = 0, says, complains } = wanted;
    if (needs === 'pg_dump') skip(postgres === null, 'there is no PostgreSQL here that came with pg_dump');
    else if (needs !== undefined) skip(!isInstalled(needs), `there is no ${needs} here`);
    const ended = await shell.run(wanted);
    expect(ended.status, ended.errors + ended.output).toBe(status);
    if (says !== undefined) expect(ended.output.trimEnd()).toMatch(says);
    if (complains !== undefined) expect(ended.errors).toMatch(complains);
  });
}

/** The first block of that language below a heading. */
function blockOf(page: string, heading: string, language: string): string {
  const text = readFileSync(join(repositoryRoot(), 'docs', page), 'utf8').split(heading)[1] ?? '';
  return new RegExp(`\`\`\`${language}\n([^]*?)\n\`\`\``).exec(text)?.[1] ?? '';
}

describe('on no network', () => {
  beforeAll(() => {
    writeFileSync(join(shell.folder, 'clear.json'), blockOf('protocol.md', '### The clear file', 'json'));
    shell.call('FILE', 'clear.json');
  });
  runEach(BY_THEMSELVES);
});

describe('as an LP', () => runEach(AS_LP));

describe('as who asks the API', () => {
  beforeAll(() => shell.call('OWNER', LP1));
  runEach(OF_THE_API);

  test('the examples of docs/client.md for a node do what the page says', async () => {
    const { deployment } = network.world;
    const given = { apiUrl: network.apiUrl, deployment };
    const results = ['tiers', 'auctions', 'heard', 'isRight'];
    expect(await runExamples({ page: 'client.md', fence: 'ts live', given, results })).toMatchObject({
      auctions: [{ auctionId: shell.filled('AUCTION_ID'), coveredDebtUnits: '1500000000' }],
      heard: { type: expect.any(String) as string },
      isRight: true,
    });
  });
});

describe('as an operator', () => {
  beforeAll(async () => {
    // Two databases with one sender would take each other's nonces.
    await network.stopRelayerAndDatabase();
    const { operators, relayer } = network.world.devnet.accounts;
    copyFileSync(network.deploymentPath, join(shell.folder, 'ala.deployment.json'));
    const port = (printed: string) => String(BASE_PORT + Number(printed) - 8_545);
    const config = blockOf('operating.md', '## Configuration', 'yaml').replaceAll(/\b85\d\d\b/g, port);
    writeFileSync(join(shell.folder, 'node.yaml'), config);
    shell.setEnv({
      ALA_SENDER_KEY: relayer.privateKey,
      ALA_OPERATOR_KEYS: operators.map(({ privateKey }) => privateKey).join(','),
    });
    if (postgres === null) {
      const embedded = await startEmbeddedPostgres({ dataDir: join(shell.folder, 'postgres'), log: () => undefined });
      endings.push(() => embedded.stop());
      shell.setEnv({ DATABASE_URL: embedded.databaseUrl });
      return;
    }
    const { socketFolder, databaseUrl, stop } = await startInstalledPostgres(postgres);
    endings.push(stop);
    const path = `${postgres}:${process.env['PATH'] ?? ''}`;
    shell.setEnv({ DATABASE_URL: databaseUrl, PGHOST: socketFolder, PGUSER: 'ala', PATH: path });
  });

  runEach(AS_OPERATOR);

  test('the node ends with 0 when it is told to', async () => {
    expect(await shell.end()).toEqual([0]);
  });

  test.skipIf(postgres === null)('a node goes on from what was restored', async () => {
    const lost = shell.variable('DATABASE_URL');
    const restored = lost.replace('/ala?', '/ala_restored?');
    for (const table of ['bids', 'plan_commits', 'legs', 'messages', 'outbox']) {
      expect(await rowsOf(restored, table), table).toBeGreaterThan(0);
      expect(await rowsOf(restored, table), table).toBe(await rowsOf(lost, table));
    }
    shell.setEnv({ DATABASE_URL: restored });
    const again = AS_OPERATOR.filter(({ command }) => / doctor |main\.js|readyz/.test(command));
    for (const wanted of again) {
      const { status, output, errors } = await shell.run(wanted);
      expect(status, errors + output).toBe(0);
    }
    expect(await shell.end()).toEqual([0]);
  });
});

async function rowsOf(url: string, table: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${table}`);
    return Number(rows[0]?.rows);
  } finally {
    await client.end();
  }
}

describe('as who deploys', () => {
  beforeAll(() => {
    const { devnet, deployment } = network.world;
    const feeds = deployment.markets.map(({ feed }) => feed);
    rmSync(join(shell.folder, 'ala.deployment.json'), { force: true });
    writeFileSync(join(shell.folder, 'ala.yaml'), configText(devnetConfig(devnet, feeds, DEFAULT_TERMS)));
    shell.setEnv({
      ALA_DEPLOYER_KEY: devnet.accounts.deployer.privateKey,
      ...Object.fromEntries(CHAIN_NAMES.map((name) => [`RPC_${name}`, devnet.chains[name].rpcUrl])),
    });
  });
  runEach(TO_DEPLOY);
});
