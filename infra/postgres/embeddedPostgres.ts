import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { placeCluster } from './clusterFolder.js';
import { initCluster, ROLE, SERVER_ENVIRONMENT } from './initCluster.js';
import { claimCluster, releaseCluster, stopOrphan } from './orphan.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgresBinaries.js';
import { reachableBinaries } from './reachableBinaries.js';
import { giveTo, serverUser, type ServerUser } from './serverUser.js';
import { stopPostmaster } from './stopPostmaster.js';

const DATABASE = 'ala';

/** Names the socket's file also where the server listens on no port. */
const SOCKET_PORT = 5432;

/** The longest path a Unix socket may have on the strictest system we know of (macOS), without the closing zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/** How many of the server's last lines an error quotes. */
const QUOTED_LINES = 15;

export interface EmbeddedPostgresOptions {
  /** The folder of the cluster; made when missing, used again when there. See `placeCluster` for where it may really be. */
  readonly dataDir: string;
  /** Takes one line about what happens. */
  readonly log: (line: string) => void;
  /** Settings of postgresql.conf that differ from PostgreSQL's own defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  /** A URL that node-postgres and libpq understand. */
  readonly databaseUrl: string;
  /** Ends the server and returns when it is gone. May be called more than once. */
  readonly stop: () => Promise<void>;
}

/** Where clients find the server. */
type Endpoint = { readonly socketFolder: string } | { readonly tcpPort: number };

/**
 * Starts the PostgreSQL that came with the installation and returns when it takes connections.
 *
 * It listens on a Unix socket in a folder of its own, or on loopback where socket paths are too long; never on a network. Every
 * connection needs the password in the URL. The server is a child in a process group of its own: signals sent to this program
 * end it only by {@link RunningPostgres.stop}, after the program's own work has drained.
 *
 * @throws ClusterInUseError when another living process has started the same cluster
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<RunningPostgres> {
  const { log } = options;
  const user = serverUser();
  const binaries = reachableBinaries(findPostgresBinaries(), user);
  const clusterFolder = await placeCluster(options.dataDir, user, log);
  await stopOrphan(clusterFolder, join(clusterFolder, 'data'), log);
  const endpoint = await chooseEndpoint(user);
  const socketFolder = 'socketFolder' in endpoint ? endpoint.socketFolder : null;
  claimCluster(clusterFolder, socketFolder);
  const removeSocket = () => {
    if (socketFolder !== null) rmSync(socketFolder, { recursive: true, force: true });
  };
  const cleanUp = () => {
    removeSocket();
    releaseCluster(clusterFolder);
  };
  try {
    const { dataFolder, password } = await initCluster(clusterFolder, binaries, user, log);
    const server = await launch(binaries, dataFolder, endpoint, user, options.settings ?? {});
    const databaseUrl = urlOf(endpoint, password);
    await ensureDatabase(databaseUrl);
    return supervise({ server, databaseUrl, log, removeSocket, cleanUp });
  } catch (error) {
    cleanUp();
    throw error;
  }
}

async function chooseEndpoint(user: ServerUser | undefined): Promise<Endpoint> {
  const socketFolder = mkdtempSync(join(tmpdir(), 'ala-pg-'));
  if (Buffer.byteLength(join(socketFolder, `.s.PGSQL.${SOCKET_PORT.toString()}`)) <= MAX_SOCKET_PATH_BYTES) {
    giveTo(user, socketFolder, 0o700);
    return { socketFolder };
  }
  rmSync(socketFolder, { recursive: true });
  return { tcpPort: await freePort() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function urlOf(endpoint: Endpoint, password: string): string {
  if ('tcpPort' in endpoint) {
    return `postgresql://${ROLE}:${password}@127.0.0.1:${endpoint.tcpPort.toString()}/${DATABASE}`;
  }
  const host = encodeURIComponent(endpoint.socketFolder);
  return `postgresql://${ROLE}:${password}@localhost:${SOCKET_PORT.toString()}/${DATABASE}?host=${host}`;
}

function settingsOf(endpoint: Endpoint): Record<string, string> {
  return 'tcpPort' in endpoint
    ? { listen_addresses: '127.0.0.1', port: endpoint.tcpPort.toString(), unix_socket_directories: '' }
    : { listen_addresses: '', port: SOCKET_PORT.toString(), unix_socket_directories: endpoint.socketFolder };
}

/** Returns when the server says that it is ready. */
async function launch(
  binaries: PostgresBinaries,
  dataFolder: string,
  endpoint: Endpoint,
  user: ServerUser | undefined,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const flags = Object.entries({ ...settings, ...settingsOf(endpoint) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = spawn(join(binaries.root, 'bin', 'postgres'), ['-D', dataFolder, ...flags], {
    cwd: dataFolder,
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  const lastLines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`PostgreSQL did not start:\n${lastLines.join('\n')}`));
    });
    createInterface({ input: server.stderr }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > QUOTED_LINES) lastLines.shift();
      if (line.includes('database system is ready to accept connections')) resolve();
    });
  });
  return server;
}

async function ensureDatabase(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

interface Supervised {
  readonly server: ChildProcess;
  readonly databaseUrl: string;
  readonly log: (line: string) => void;
  readonly removeSocket: () => void;
  readonly cleanUp: () => void;
}

function supervise({ server, databaseUrl, log, removeSocket, cleanUp }: Supervised): RunningPostgres {
  const pid = server.pid;
  if (pid === undefined) throw new Error('a started server has a pid');
  let stopped: Promise<void> | undefined;
  // A program that ends without stop() leaves no server behind; PostgreSQL finishes its shutdown alone. The cluster stays marked
  // as ours, so that whoever comes next waits for that.
  const endWithProgram = () => {
    server.kill('SIGINT');
    removeSocket();
  };
  process.on('exit', endWithProgram);
  server.once('exit', (status, signal) => {
    process.off('exit', endWithProgram);
    if (stopped === undefined) log(`PostgreSQL ended by itself (${signal ?? `status ${String(status)}`})`);
  });
  const stop = async () => {
    await stopPostmaster(pid);
    cleanUp();
  };
  return { databaseUrl, stop: () => (stopped ??= stop()) };
}
