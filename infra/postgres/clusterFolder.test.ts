import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeCluster } from './clusterFolder.js';
import { claimCluster } from './orphan.js';

const NOBODY = { uid: 65_534, gid: 65_534 };
const log = () => undefined;
let folder: string;
const moved: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-cluster-test-'));
});

afterEach(() => {
  for (const path of [folder, ...moved.splice(0)]) rmSync(path, { recursive: true, force: true });
});

/** In a folder that only we enter. */
async function placeClosed(name: string): Promise<string> {
  const path = await placeCluster(join(folder, name), NOBODY, log);
  moved.push(path);
  return path;
}

describe('the folder of a cluster', () => {
  it('is where it is wanted when the server can get there, and closed to others but for the passage', async () => {
    chmodSync(folder, 0o711);
    const wanted = join(folder, 'not-there-yet', 'cluster');
    expect(await placeCluster(wanted, NOBODY, log)).toBe(wanted);
    expect(statSync(wanted).mode & 0o777).toBe(0o711);
  });

  it('stays in a closed folder when the server runs as ourselves', async () => {
    expect(await placeCluster(join(folder, 'cluster'), undefined, log)).toBe(join(folder, 'cluster'));
    expect(statSync(join(folder, 'cluster')).mode & 0o777).toBe(0o700);
  });

  it('moves to the temporary folder when one above it is closed, always to the same place, and says so', async () => {
    const place = await placeClosed('cluster');
    expect(dirname(place)).toBe(tmpdir());
    expect(await placeClosed('cluster')).toBe(place);
    expect(await placeClosed('other')).not.toBe(place);
    expect(readFileSync(join(folder, 'cluster', 'moved-to'), 'utf8')).toBe(place);
  });

  it('is removed when the place where it was wanted is, and nobody uses it', async () => {
    const forsaken = await placeClosed('forsaken');
    const kept = await placeClosed('kept');
    const used = await placeClosed('used');
    claimCluster(used, null);
    for (const name of ['forsaken', 'used']) rmSync(join(folder, name), { recursive: true });
    await placeClosed('next');
    expect([forsaken, kept, used].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  it('is refused when it is a link that somebody may have laid', async () => {
    mkdirSync(join(folder, 'theirs'));
    writeFileSync(join(folder, 'theirs', 'file'), '');
    symlinkSync(join(folder, 'theirs'), join(folder, 'link'));
    await expect(placeCluster(join(folder, 'link'), undefined, log)).rejects.toThrow(
      'is not a folder that only this user can change',
    );
  });
});
