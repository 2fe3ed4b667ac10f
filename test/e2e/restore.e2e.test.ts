import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import { CHAIN_NAMES, type ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { startDevnet, type Devnet } from '@ala/infra/devnet/devnet';
import type { KeptProcess } from '@ala/infra/devnet/process/keeperClient';
import { liquidate, releasePosition, setPrice } from '@ala/infra/devnet/scenario/liquidation';
import { ETHER } from '@ala/infra/devnet/scenario/positions';
import { prepare } from '@ala/infra/devnet/scenario/scenarios';
import { readHeads } from '@ala/infra/devnet/scenario/readHeads';
import { AuctionWatch } from '@ala/infra/devnet/scenario/watchAuction';
import { openWorld, type World } from '@ala/infra/devnet/scenario/world';
import { startRelayer, writeRelayerConfig } from '@ala/infra/supervisor/relayerProcess';
import { startEmbeddedPostgres, type RunningPostgres } from '@ala/postgres/embeddedPostgres';
import { checkBalances } from './check-balances/checkBalances.js';

const BASE_PORT = 18_740;
const PATIENCE_MS = 120_000;

let dataDir: string;
let devnet: Devnet;
let world: World;
let deploymentPath: string;
let postgres: RunningPostgres | null = null;
let node: KeptProcess | null = null;
let configPath: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'ala-restore-'));
  // The server's user passes through, so that the cluster is where it is asked for.
  chmodSync(dataDir, 0o711);
  devnet = await startDevnet({ basePort: BASE_PORT, dataDir, standIns: { executorGraceMs: 0 } });
  const ala = await deployAla(devnet);
  deploymentPath = ala.deploymentPath;
  world = openWorld(devnet, ala, () => undefined);
});

afterAll(async () => {
  await stopNode();
  await devnet.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A node on the cluster in that folder, which is made if it is not there. */
async function startNode(cluster: string): Promise<string> {
  postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, cluster), log: () => undefined });
  const { databaseUrl } = postgres;
  configPath = writeRelayerConfig(devnet, { deploymentPath, databaseUrl, basePort: BASE_PORT });
  node = await startRelayer(devnet, configPath);
  return databaseUrl;
}

async function stopNode(): Promise<void> {
  node?.kill('SIGTERM');
  await node?.ended;
  await postgres?.stop();
  [node, postgres] = [null, null];
}

/** Of a server that is stopped, as docs/operating.md says. */
function copyCluster(from: string, to: string): void {
  execFileSync('cp', ['-a', join(dataDir, from), join(dataDir, to)]);
}

async function query(databaseUrl: string, text: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Returns once the node has read so many messages and nothing is left to do for any of its effects. */
async function settled(databaseUrl: string, messages: number): Promise<void> {
  const look = async (): Promise<true | null> => {
    const [row] = await query(
      databaseUrl,
      `select (select count(*) from messages) as messages,
              (select count(*) from outbox where state not in ('done', 'obsolete')) as live`,
    );
    return Number(row?.['messages']) >= messages && row?.['live'] === '0' ? true : null;
  };
  await waitFor(look, { what: 'the node to have nothing left to do', timeoutMs: PATIENCE_MS, pollMs: 250 });
}

/** Returns once the node has read blocks of every chain that are not there yet: it has decided many times by then. */
async function readPastHeads(databaseUrl: string): Promise<void> {
  const later = await Promise.all(
    CHAIN_NAMES.map(async (name) => {
      const { provider, spec } = devnet.chains[name];
      return [String(spec.chainId), (await provider.getBlockNumber()) + 5] as const;
    }),
  );
  const look = async (): Promise<true | null> => {
    const rows = await query(databaseUrl, 'select chain_id, next_block from cursors');
    const next = new Map(rows.map((row) => [row['chain_id'], Number(row['next_block'])]));
    return later.every(([chainId, block]) => (next.get(chainId) ?? 0) > block) ? true : null;
  };
  await waitFor(look, { what: 'the node to read new blocks', timeoutMs: PATIENCE_MS, pollMs: 250 });
}

async function sentByNode(): Promise<Record<ChainName, number>> {
  const counts = CHAIN_NAMES.map(async (name): Promise<[ChainName, number]> => {
    const { provider } = devnet.chains[name];
    return [name, await provider.getTransactionCount(devnet.accounts.relayer.address)];
  });
  return Object.fromEntries(await Promise.all(counts)) as Record<ChainName, number>;
}

test('a node goes on from a copy of its database, and from an old one, and does nothing twice', async () => {
  await prepare(world);
  const { dvn, guardian } = devnet.standIns;
  await Promise.all([dvn.stop(), guardian.stop()]);
  await startNode('first');
  const heads = await readHeads(devnet);
  await setPrice(world, ETHER.fallenPrice);
  const auction = await liquidate(world);
  const watch = AuctionWatch.open(world, auction, heads);
  const { progress } = watch;
  await watch.until('calling capital', PATIENCE_MS, () => {
    const legs = [...progress.legs.values()];
    return legs.length === 3 && legs.every((leg) => leg.drawn > 0n);
  });

  // Capital is under way: the server is lost, and so is what was written after the copies.
  await stopNode();
  copyCluster('first', 'second');
  copyCluster('first', 'third');
  rmSync(join(dataDir, 'first'), { recursive: true });
  const second = await startNode('second');
  await Promise.all([dvn.start(), guardian.start()]);
  await watch.until('covering the debt', PATIENCE_MS, () => progress.debtCovered === auction.debtToCover);
  await releasePosition(world);
  await watch.until('bringing the results home', PATIENCE_MS, () => progress.allHome);
  const [sent] = await query(second, 'select count(*) as messages from messages');
  const messages = Number(sent?.['messages']);
  expect(messages).toBeGreaterThan(2);
  await settled(second, messages);
  const once = await query(
    second,
    `select outbox.key, count(*) as times from outbox join tx_attempts on outbox_id = outbox.id
     where kind in ('commit', 'call', 'dispatch') and succeeded group by outbox.key having count(*) > 1`,
  );
  expect(once).toEqual([]);
  expect((await checkBalances(deploymentPath)).failures).toEqual([]);

  // The third knows nothing of what happened since: all of it stands on the chains.
  await stopNode();
  const before = await sentByNode();
  const third = await startNode('third');
  await settled(third, messages);
  await readPastHeads(third);
  expect(await sentByNode()).toEqual(before);
  expect((await checkBalances(deploymentPath)).failures).toEqual([]);
});

interface ListedMessage {
  readonly messageId: string;
  readonly state: string;
}

function ala(...args: string[]): { readonly status: number | null; readonly output: string; readonly errors: string } {
  const env = { ...process.env, DATABASE_URL: '' };
  const command = [join(repositoryRoot(), 'relayer', 'dist', 'cli.js'), ...args, '--config', configPath];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  return { status, output: stdout, errors: stderr };
}

test('ala messages tells how each of them came to its end', () => {
  const { status, output } = ala('messages', 'list', '--json');
  const listed = JSON.parse(output) as ListedMessage[];
  // The hub chain's own spoke needs no bridge.
  expect([status, new Set(listed.map(({ state }) => state))]).toEqual([0, new Set(['done', 'local'])]);
  expect(ala('messages', 'list', '--stuck', '0').output).toBe('');
  const id = listed.find(({ state }) => state === 'done')?.messageId ?? '';
  const story = ala('messages', 'show', id).output;
  expect(story).toMatch(/^ {2}auction +0x[0-9a-f]{64}$/m);
  expect(story).toMatch(/^ {2}leg was +called on (spokeA|spokeB) /m);
  const refused = ala('messages', 'retry', id);
  expect([refused.status, refused.errors]).toEqual([1, expect.stringContaining('has shown it delivered')]);
  expect(ala('messages', 'show', '0x12').status).toBe(2);
  expect(ala('messages', 'list', '--state', 'lost').status).toBe(2);
});
