import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isInUse, stopOrphan } from './orphan.js';
import { assertOursAlone, mayEnterParents } from './reachable.js';
import type { ServerUser } from './serverUser.js';

/** Of the folders of clusters that could not be where they were wanted. */
const PREFIX = 'ala-postgres-';

/** In such a folder: the path where the cluster was wanted. */
const ORIGIN = 'origin';

/** There: the path of such a folder. */
const MOVED_TO = 'moved-to';

/**
 * Makes the folder of the cluster that is wanted at `wanted`, and answers where it is: there, unless a folder above keeps the
 * server's user out (a checkout below /root, or in a folder of mktemp). Then it is in the temporary folder, always at the same
 * path for the same `wanted`, where a note says so. Once `wanted` has been removed, the next start anywhere removes it too.
 *
 * The folder stays ours; the server's user only passes through it to the data.
 */
export async function placeCluster(
  wanted: string,
  user: ServerUser | undefined,
  log: (line: string) => void,
): Promise<string> {
  const absolute = resolve(wanted);
  if (user === undefined || mayEnterParents(absolute, user)) {
    makeClusterFolder(absolute, user);
    return absolute;
  }
  await removeForsaken(log);
  const folder = join(tmpdir(), `${PREFIX}${createHash('sha256').update(absolute).digest('hex').slice(0, 16)}`);
  makeClusterFolder(folder, user);
  mkdirSync(absolute, { recursive: true });
  writeFileSync(join(absolute, MOVED_TO), folder);
  writeFileSync(join(folder, ORIGIN), absolute);
  return folder;
}

function makeClusterFolder(path: string, user: ServerUser | undefined): void {
  mkdirSync(path, { recursive: true });
  const mode = user === undefined ? 0o700 : 0o711;
  const stats = lstatSync(path);
  if (stats.isDirectory() && stats.uid === process.getuid?.()) chmodSync(path, mode);
  assertOursAlone(path);
}

async function removeForsaken(log: (line: string) => void): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    const origin = join(folder, ORIGIN);
    if (lstatSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.() || !existsSync(origin)) continue;
    if (existsSync(readFileSync(origin, 'utf8')) || isInUse(folder)) continue;
    await stopOrphan(folder, join(folder, 'data'), log);
    rmSync(folder, { recursive: true, force: true });
  }
}
