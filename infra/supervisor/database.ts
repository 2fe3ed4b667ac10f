import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@ala/postgres/startPostgres';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import type { Keeper, KeptProcess } from '../devnet/process/keeperClient.js';
import { freshDatabase } from './freshDatabase.js';

export interface DevnetDatabase {
  readonly databaseUrl: string;
  /** The server's process; null where `DATABASE_URL` names a server that is not ours. */
  readonly server: KeptProcess | null;
}

/** An empty database: on the server of `DATABASE_URL` if that is set, else on an embedded one that the keeper holds. */
export async function startDatabase(keeper: Keeper, dataDir: string, basePort: number): Promise<DevnetDatabase> {
  const clusterDir = join(dataDir, 'postgres');
  if ((process.env['DATABASE_URL'] ?? '') !== '') {
    const { databaseUrl } = await startPostgres({ dataDir: clusterDir, log: () => undefined });
    return { databaseUrl: await freshDatabase(databaseUrl, basePort), server: null };
  }
  mkdirSync(dataDir, { recursive: true });
  const urlFile = join(dataDir, 'database-url');
  const server = await keeper.spawn({
    name: 'PostgreSQL',
    command: process.execPath,
    args: [join(repositoryRoot(), 'infra', 'dist', 'supervisor', 'databaseProgram.js'), clusterDir, urlFile],
    logFile: join(dataDir, 'postgres.log'),
    awaitReady: true,
  });
  return { databaseUrl: await freshDatabase(readFileSync(urlFile, 'utf8'), basePort), server };
}
