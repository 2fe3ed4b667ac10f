// Brings node_modules to what package-lock.json says, with nothing but node and npm.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';

const STAMP = '.ala-install.json';

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockEntry */

/**
 * Why node_modules is not what the lockfile says, or undefined when it is.
 *
 * A hash of the lockfile beside the installed packages answers at once. Without it (somebody ran npm by hand) npm's own record
 * of what it installed is compared, so that nobody waits for a second installation of the same packages.
 *
 * @param {string} root the repository's folder
 * @returns {string | undefined}
 */
export function installReason(root) {
  const modules = join(root, 'node_modules');
  if (!existsSync(modules)) return 'nothing is installed yet';
  const wanted = stampOf(root);
  if (readIfThere(join(modules, STAMP)) === wanted) return undefined;
  const difference = differenceFromLock(root);
  if (difference !== undefined) return difference;
  writeFileSync(join(modules, STAMP), wanted);
  return undefined;
}

/**
 * Runs `npm ci`, everything it prints going to standard error.
 *
 * @param {string} root
 * @param {(npm: { pid?: number | undefined }) => void} [onStart]
 * @returns {Promise<number>} npm's exit status
 * @throws when node_modules is a link to a folder that belongs to another checkout
 */
export async function installDependencies(root, onStart) {
  const modules = join(root, 'node_modules');
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Error(
      `${modules} is a symbolic link and differs from package-lock.json; install where it points to, or remove it`,
    );
  }
  rmSync(join(modules, STAMP), { force: true });
  const status = await runChild('npm', ['ci', '--no-audit', '--no-fund', '--progress=false', '--loglevel=warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    ...(onStart && { onStart }),
  });
  if (status === 0) writeFileSync(join(modules, STAMP), stampOf(root));
  return status;
}

/** @param {string} root */
function stampOf(root) {
  const lockSha256 = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return JSON.stringify({ lockSha256, platform: process.platform, arch: process.arch });
}

/** @param {string} root @returns {string | undefined} */
function differenceFromLock(root) {
  const record = readIfThere(join(root, 'node_modules', '.package-lock.json'));
  if (record === undefined) return 'the last installation did not finish';
  const installed = packagesOf(record);
  const locked = packagesOf(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(locked)) {
    if (!path.includes('node_modules/')) continue;
    const found = installed[path];
    if (found === undefined) {
      if (isWantedHere(entry)) return `${path} is missing`;
    } else if (found.version !== entry.version || found.integrity !== entry.integrity || found.link !== entry.link) {
      return `${path} differs from package-lock.json`;
    }
  }
  return undefined;
}

/** @param {string} lockfile its text */
function packagesOf(lockfile) {
  return /** @type {{ packages: Record<string, LockEntry> }} */ (JSON.parse(lockfile)).packages;
}

/** npm leaves out optional packages of other platforms. @param {LockEntry} entry */
function isWantedHere(entry) {
  if (entry.optional !== true && entry.devOptional !== true) return true;
  if (entry.os === undefined && entry.cpu === undefined) return false;
  const fits = (/** @type {string[] | undefined} */ list, /** @type {string} */ value) => list?.includes(value) ?? true;
  return fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && entry.libc === undefined;
}

/** @param {string} file @returns {string | undefined} */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}
