import pg from 'pg';
import type { ChainId } from '@ala/shared/ids';
import { readMigrationState, type MigrationState } from '../db/migrate.js';
import { describeError } from '../lib/errors.js';
import { leaseName } from '../tx/lease.js';
import { ok, problem, warning, type Finding } from './finding.js';
import { PATIENCE_MS, type Reading } from './reading.js';

/** A lane that a connection of some node holds. */
export interface HeldLane {
  readonly chain: string;
  /** Of the server's side of the connection. */
  readonly pid: number;
  /** Null over a Unix socket. */
  readonly from: string | null;
  readonly since: Date;
}

export interface DatabaseReading {
  readonly migrations: MigrationState;
  /** Why nothing can be written; null if it can. */
  readonly writeFailure: string | null;
  readonly heldLanes: readonly HeldLane[];
}

export interface LaneName {
  readonly chain: string;
  readonly chainId: ChainId;
  readonly signer: string;
}

export async function readDatabase(url: string, lanes: readonly LaneName[]): Promise<DatabaseReading> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'ala-doctor',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  // What breaks while nothing is asked shows at the next query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const migrations = await readMigrationState(client);
    const heldLanes = await readHeldLanes(client, lanes);
    return { migrations, heldLanes, writeFailure: await tryToWrite(client) };
  } finally {
    await client.end();
  }
}

/** Makes a table, as a migration would, and takes it back. */
async function tryToWrite(client: pg.Client): Promise<string | null> {
  try {
    await client.query('begin');
    await client.query('create table ala_doctor ()');
    return null;
  } catch (error) {
    return describeError(error);
  } finally {
    await client.query('rollback');
  }
}

/** Leases that have not expired and whose session is there; none before the first start of a node made their table. */
async function readHeldLanes(client: pg.Client, lanes: readonly LaneName[]): Promise<HeldLane[]> {
  const { rows: tables } = await client.query<{ there: boolean }>(`select to_regclass('leases') is not null as there`);
  if (tables[0]?.there !== true) return [];
  const chains = new Map(lanes.map(({ chain, chainId, signer }) => [leaseName(chainId, signer), chain]));
  const { rows } = await client.query<{ name: string; pid: number; from: string | null; since: Date }>(
    `select name, pid, host(client_addr) as "from", backend_start as since
     from leases join pg_stat_activity on pid = session_pid and backend_start = session_started
     where expires_at > clock_timestamp()`,
  );
  return rows.flatMap(({ name, pid, from, since }) => {
    const chain = chains.get(name);
    return chain === undefined ? [] : [{ chain, pid, from, since }];
  });
}

/** Pure: what is to be said of the database. */
export function judgeDatabase(reading: Reading<DatabaseReading>): Finding[] {
  if ('failure' in reading) {
    const todo = 'start the PostgreSQL server, or set databaseUrl (or DATABASE_URL) to one that takes this user';
    return [problem('database', reading.failure, todo)];
  }
  const { migrations, writeFailure, heldLanes } = reading.value;
  const writable =
    writeFailure === null
      ? ok('database', 'answers and can be written')
      : problem(
          'database',
          `cannot be written: ${writeFailure}`,
          'use the primary server, and a role that owns the schema',
        );
  return [writable, judgeMigrations(migrations), judgeLanes(heldLanes)];
}

function judgeMigrations({ appliedMs, programMs }: MigrationState): Finding {
  const check = 'migrations';
  if (appliedMs === null) {
    return warning(check, 'the database is empty', 'start the node: it makes the tables and reads the chains');
  }
  const dates = `${new Date(appliedMs).toISOString()}, the program's are of ${new Date(programMs).toISOString()}`;
  if (appliedMs > programMs) {
    return problem(
      check,
      `newer than the program: of ${dates}`,
      'run the version of ALA that migrated it, or a newer one',
    );
  }
  if (appliedMs < programMs) {
    return warning(check, `older than the program: of ${dates}`, 'back up, then start the node: it migrates by itself');
  }
  return ok(check, "those of the program's version");
}

function judgeLanes(held: readonly HeldLane[]): Finding {
  const check = 'lanes';
  if (held.length === 0) return ok(check, 'no node with this sender key runs on this database');
  const chains = held.map(({ chain }) => chain).join(', ');
  const since = new Date(Math.min(...held.map((lane) => lane.since.getTime()))).toISOString();
  const sources = [...new Set(held.map(({ from }) => from ?? 'this machine'))].join(', ');
  return warning(
    check,
    `a node with this sender key sends on ${chains}, connected from ${sources} since ${since}`,
    'if that is the node you mean, nothing; another one started beside it only stands by',
  );
}
