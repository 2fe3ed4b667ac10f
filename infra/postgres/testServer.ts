import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from './embeddedPostgres.js';
import { isAbandoned, stopOrphan } from './orphan.js';

const TEMPLATE = 'ala_template';

/** Of the temporary folder of each server. */
const PREFIX = 'ala-test-';

/** How long a closed connection may take to vanish from the server's list. */
const CLOSING_MS = 2_000;
const POLL_INTERVAL_MS = 20;

/** Nothing here has to outlive a crash of the machine. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

export interface TestServer {
  /** A URL of the server's own database, for {@link createTestDatabase}. */
  readonly adminUrl: string;
  readonly stop: () => Promise<void>;
}

export interface TestDatabase {
  readonly databaseUrl: string;
  /**
   * Removes the database.
   *
   * @throws LeakedConnectionsError when somebody is still connected; the database is removed all the same
   */
  readonly drop: () => Promise<void>;
}

/** Thrown when a test file ends with connections open. */
export class LeakedConnectionsError extends Error {
  constructor(readonly connections: readonly string[]) {
    super(`${connections.length.toString()} database connections were left open: ${connections.join('; ')}`);
    this.name = 'LeakedConnectionsError';
  }
}

/**
 * Starts a server for tests and prepares the database that every test's own is copied from. `DATABASE_URL` is not looked at: tests
 * do not touch a database that is somebody's.
 *
 * @param migrate brings an empty database to the newest schema
 */
export async function startTestServer({
  migrate,
}: {
  readonly migrate: (databaseUrl: string) => Promise<void>;
}): Promise<TestServer> {
  await removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // The server may run as another user, who has to get through to his data.
  chmodSync(folder, 0o711);
  const { databaseUrl: adminUrl, stop } = await startEmbeddedPostgres({
    dataDir: join(folder, 'cluster'),
    log,
    settings: FAST,
  });
  const stopAndRemove = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await execute(adminUrl, `create database ${TEMPLATE}`);
    await migrate(urlOf(adminUrl, TEMPLATE));
    await execute(adminUrl, `alter database ${TEMPLATE} with is_template true allow_connections false`);
  } catch (error) {
    await stopAndRemove();
    throw error;
  }
  return { adminUrl, stop: stopAndRemove };
}

/** Ends the servers of test runs that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (lstatSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    const cluster = join(folder, 'cluster');
    if (!isAbandoned(cluster)) continue;
    await stopOrphan(cluster, join(cluster, 'data'), log);
    rmSync(folder, { recursive: true, force: true });
  }
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A migrated database of its own for one test file; about 50 ms. */
export async function createTestDatabase(adminUrl: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(adminUrl, `create database ${name} template ${TEMPLATE} strategy wal_log`);
  return { databaseUrl: urlOf(adminUrl, name), drop: () => drop(adminUrl, name) };
}

async function drop(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const leaked = await connectionsLeftTo(client, name);
    await client.query(`drop database ${name} with (force)`);
    if (leaked.length > 0) throw new LeakedConnectionsError(leaked);
  } finally {
    await client.end();
  }
}

/** A client that has just ended is listed for a moment longer. */
async function connectionsLeftTo(client: pg.Client, name: string): Promise<string[]> {
  const deadlineMs = performance.now() + CLOSING_MS;
  for (;;) {
    const { rows } = await client.query<{ application_name: string; query: string }>(
      'select application_name, query from pg_stat_activity where datname = $1 order by backend_start',
      [name],
    );
    if (rows.length === 0 || performance.now() > deadlineMs) {
      return rows.map((row) => `${row.application_name || 'unnamed'}, last query: ${row.query}`);
    }
    await delay(POLL_INTERVAL_MS);
  }
}

async function execute(databaseUrl: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

function urlOf(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}
