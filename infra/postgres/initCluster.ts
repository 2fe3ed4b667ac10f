import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgresBinaries.js';
import { giveTo, type ServerUser } from './serverUser.js';

/** The only role of a cluster that we keep. */
export const ROLE = 'ala';

/** What the programs of PostgreSQL get to see of the environment: messages in one language, no settings of other servers. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { LC_ALL: 'C', PATH: process.env['PATH'] };

/**
 * Creates the cluster's data unless it is there, and answers its password.
 *
 * The locale is the builtin one, so that the order of strings is the same on every machine.
 */
export async function initCluster(
  clusterFolder: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  log: (line: string) => void,
): Promise<{ dataFolder: string; password: string }> {
  const dataFolder = join(clusterFolder, 'data');
  const passwordFile = join(clusterFolder, 'password');
  if (existsSync(dataFolder)) return { dataFolder, password: readFileSync(passwordFile, 'utf8') };

  log(`creating a database cluster in ${clusterFolder}`);
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  // Under another name until it is complete, so that an interrupted initdb leaves nothing that looks like a cluster.
  const draft = mkdtempSync(join(clusterFolder, 'new-'));
  try {
    giveTo(user, draft, 0o700);
    await runInitdb(draft, password, binaries, user);
    renameSync(join(draft, 'data'), dataFolder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return { dataFolder, password };
}

async function runInitdb(
  draft: string,
  password: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
): Promise<void> {
  const data = join(draft, 'data');
  mkdirSync(data);
  giveTo(user, data, 0o700);
  const passwordFile = join(draft, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveTo(user, passwordFile, 0o600);
  await promisify(execFile)(
    join(binaries.root, 'bin', 'initdb'),
    [
      `--pgdata=${data}`,
      `--username=${ROLE}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    { cwd: draft, env: SERVER_ENVIRONMENT, ...user },
  );
}
