import { chmodSync, cpSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgresBinaries.js';
import { assertOursAlone, mayEnterParents } from './reachable.js';
import type { ServerUser } from './serverUser.js';

/** The binaries, or a copy of them where a folder above them keeps the server's user out. */
export function reachableBinaries(binaries: PostgresBinaries, user: ServerUser | undefined): PostgresBinaries {
  if (user === undefined || mayEnterParents(join(binaries.root, 'bin'), user)) return binaries;
  const copy = join(tmpdir(), `ala-postgres-binaries-${binaries.version}`);
  if (lstatSync(copy, { throwIfNoEntry: false }) === undefined) copyWhole(binaries.root, copy);
  assertOursAlone(copy);
  return { ...binaries, root: copy };
}

/** Copies under another name first: a copy that was cut short is never taken for a whole one. */
function copyWhole(from: string, to: string): void {
  const draft = mkdtempSync(`${to}-`);
  try {
    cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
    chmodSync(draft, 0o755);
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}
