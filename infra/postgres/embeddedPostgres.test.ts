import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type RunningPostgres } from './embeddedPostgres.js';
import { postmasterOf } from './orphan.js';
import { commandLineOf, endsWithin } from './processInfo.js';

/** A program that starts the cluster of its first argument, prints the URL, and goes on until it is killed. */
const SUPERVISOR = `
  import { startEmbeddedPostgres } from '${new URL('./dist/embeddedPostgres.js', import.meta.url).href}';
  const { databaseUrl } = await startEmbeddedPostgres({ dataDir: process.argv[1], log: console.error });
  console.log(databaseUrl);
`;

let folder: string;
let dataDir: string;
let lines: string[];
const started: RunningPostgres[] = [];

const dataFolder = () => join(dataDir, 'data');

async function start(): Promise<RunningPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
  started.push(server);
  return server;
}

async function query(databaseUrl: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

// One cluster for all, since creating one takes a second: a test makes tables of its own names.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-pg-test-'));
  chmodSync(folder, 0o711);
  dataDir = join(folder, 'cluster');
});

beforeEach(() => {
  lines = [];
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  it('starts, answers, and leaves no process behind', async () => {
    const server = await start();
    expect(await query(server.databaseUrl, 'show server_version_num')).toEqual([expect.stringMatching(/^18/)]);
    const pid = postmasterOf(dataFolder());
    if (pid === undefined) throw new Error('a running server has a pid');
    await server.stop();
    expect(commandLineOf(pid)).toBeUndefined();
    expect(postmasterOf(dataFolder())).toBeUndefined();
  });

  it('listens on no network and asks for the password', async () => {
    const { databaseUrl } = await start();
    expect(await query(databaseUrl, 'show listen_addresses')).toEqual(['']);
    const wrong = new URL(databaseUrl);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(dataFolder()).mode & 0o077).toBe(0);
  });

  it('sorts by code point, in UTF-8, on every machine', async () => {
    const { databaseUrl } = await start();
    const locale = 'select datlocprovider::text || datlocale from pg_database where datname = current_database()';
    expect(await query(databaseUrl, locale)).toEqual(['bC.UTF-8']);
    expect(await query(databaseUrl, 'show server_encoding')).toEqual(['UTF8']);
  });

  it('keeps its data and its password from one start to the next', async () => {
    const first = await start();
    await query(first.databaseUrl, 'create table kept as select 7 as n');
    await first.stop();
    const second = await start();
    expect(await query(second.databaseUrl, 'select n from kept')).toEqual([7]);
    expect(new URL(second.databaseUrl).password).toBe(new URL(first.databaseUrl).password);
  });

  it('refuses a second start of a cluster that is being looked after', async () => {
    await start();
    await expect(start()).rejects.toThrow(`in use by process ${process.pid.toString()}`);
  });

  it('removes the folder of its socket when it stops', async () => {
    const server = await start();
    const socketFolder = new URL(server.databaseUrl).searchParams.get('host') ?? '';
    expect(existsSync(join(socketFolder, '.s.PGSQL.5432'))).toBe(true);
    await server.stop();
    expect(existsSync(socketFolder)).toBe(false);
  });

  it('says so when the server dies under it', async () => {
    await start();
    const pid = postmasterOf(dataFolder()) ?? 0;
    process.kill(pid, 'SIGQUIT');
    expect(await endsWithin(pid, 10_000)).toBe(true);
    await expect.poll(() => lines).toContainEqual(expect.stringContaining('PostgreSQL ended by itself'));
  });

  it('stops the server that a killed supervisor left, and starts again with its data', async () => {
    const supervisor = spawn(process.execPath, ['--input-type=module', '--eval', SUPERVISOR, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [databaseUrl] = (await once(createInterface({ input: supervisor.stdout }), 'line')) as [string];
    await query(databaseUrl, 'create table orphaned as select 8 as n');
    const socketFolder = new URL(databaseUrl).searchParams.get('host') ?? '';
    supervisor.kill('SIGKILL');
    await once(supervisor, 'exit');
    const orphan = postmasterOf(dataFolder());
    expect(orphan).toBeTypeOf('number');

    const server = await start();
    expect(lines).toContain(`stopping the PostgreSQL server ${String(orphan)}, whose supervisor is gone`);
    expect(postmasterOf(dataFolder())).not.toBe(orphan);
    expect(existsSync(socketFolder)).toBe(false);
    expect(await query(server.databaseUrl, 'select n from orphaned')).toEqual([8]);
  });

  it('takes no living process for the server because of a stale postmaster.pid', async () => {
    await (await start()).stop();
    writeFileSync(join(dataFolder(), 'postmaster.pid'), `${process.pid.toString()}\n${dataFolder()}\n`);
    expect(postmasterOf(dataFolder())).toBeUndefined();
  });
});
