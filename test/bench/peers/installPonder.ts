import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';

/** Where Ponder and its project stand once installed: no part of the workspaces, nor of what `npm ci` installs. */
export function ponderFolder(): string {
  return join(repositoryRoot(), '.ala', 'bench', 'ponder');
}

const LOCKFILE = 'package-lock.json';

/**
 * Brings the peer's project to its folder, and its packages from the lockfile unless they are there.
 * @throws Error if npm fails.
 */
export async function installPonder(say: (line: string) => void): Promise<string> {
  const source = join(repositoryRoot(), 'test', 'bench', 'peers', 'ponder');
  const folder = ponderFolder();
  const installed = join(folder, 'node_modules', LOCKFILE);
  const isInstalled = existsSync(installed) && readFileSync(installed).equals(readFileSync(join(source, LOCKFILE)));
  mkdirSync(folder, { recursive: true });
  if (!isInstalled) {
    for (const file of ['package.json', LOCKFILE]) cpSync(join(source, file), join(folder, file));
    say('installing Ponder from its lockfile');
    await npmCi(folder);
    cpSync(join(folder, LOCKFILE), installed);
  }
  rmSync(join(folder, 'src'), { recursive: true, force: true });
  cpSync(source, folder, { recursive: true });
  return folder;
}

function npmCi(cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ci for Ponder ended with ${String(code)}; without it: --only with the rows wanted`));
    });
  });
}
