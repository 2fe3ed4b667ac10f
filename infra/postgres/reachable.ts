import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServerUser } from './serverUser.js';

/** Whether the user may pass through every folder above `path` that exists. */
export function mayEnterParents(path: string, { uid, gid }: ServerUser): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined) {
      const bit = stats.uid === uid ? 0o100 : stats.gid === gid ? 0o010 : 0o001;
      if ((stats.mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

/** The temporary folder is everybody's: what somebody else put there, or can change, is not used. */
export function assertOursAlone(folder: string): void {
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder that only this user can change; remove it and start again`);
  }
}
