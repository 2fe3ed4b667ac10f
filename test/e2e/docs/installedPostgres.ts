import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import type { RunningPostgres } from '@ala/postgres/embeddedPostgres';
import { giveTo, serverUser } from '@ala/postgres/serverUser';

const ROLE = 'ala';
const DEBIAN = '/usr/lib/postgresql';
/** The server and the programs that the documentation uses. */
const PROGRAMS = ['postgres', 'initdb', 'pg_dump', 'pg_restore', 'createdb'];

/** The folder of a PostgreSQL that is installed whole, as an operator's is; null if there is none. The embedded one has no `pg_dump`. */
export function installedPostgres(): string | null {
  const onPath = (process.env['PATH'] ?? '').split(':');
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...onPath];
  return folders.find((folder) => PROGRAMS.every((program) => existsSync(join(folder, program)))) ?? null;
}

/** Starts a server of its own there, on a socket alone, whose files end with it. */
export async function startInstalledPostgres(
  bin: string,
): Promise<RunningPostgres & { readonly socketFolder: string }> {
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), 'ala-docs-pg-'));
  giveTo(user, folder, 0o700);
  const data = join(folder, 'data');
  mkdirSync(data);
  giveTo(user, data, 0o700);
  const init = ['-D', data, '-U', ROLE, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(join(bin, 'initdb'), init, { cwd: folder, encoding: 'utf8', ...user });
  if (made.status !== 0) throw new Error(`initdb ended with ${String(made.status)}: ${made.stderr}`);
  const settings = ['-c', 'listen_addresses=', '-c', 'fsync=off', '-k', folder];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings], { cwd: folder, stdio: 'ignore', ...user });
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const urlOf = (database: string) =>
    `postgresql://${ROLE}@localhost:5432/${database}?host=${encodeURIComponent(folder)}`;
  const answers = async (): Promise<true | null> => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    try {
      await client.connect();
      return true;
    } catch {
      return null;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const stop = async (): Promise<void> => {
    server.kill('SIGINT');
    await closed;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitFor(answers, { what: 'the installed PostgreSQL', timeoutMs: 30_000, pollMs: 100 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { databaseUrl: urlOf(ROLE), socketFolder: folder, stop };
}
