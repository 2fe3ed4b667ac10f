// Finds Foundry's native binaries. npm's wrapper package `@foundry-rs/forge` ends with status 0 even when tests fail, so the
// platform packages' own binaries are called instead.
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** Foundry's names for processor architectures. @type {Partial<Record<string, string>>} */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** Thrown when neither the platform's npm package nor the PATH has the tool. */
export class FoundryToolMissingError extends Error {
  /** @param {string} tool @param {string} packageName */
  constructor(tool, packageName) {
    super(
      `${tool} not found: the package ${packageName} is not installed and no ${tool} is on the PATH. ` +
        `Run "npm ci" (without --omit=optional), or install Foundry 1.7.1 (https://getfoundry.sh) on a platform without that package.`,
    );
    this.name = 'FoundryToolMissingError';
    this.tool = tool;
    this.packageName = packageName;
  }
}

/**
 * The absolute path of a Foundry tool: the one of the installed platform package, else the first on the PATH.
 *
 * @param {'forge' | 'anvil'} tool
 * @param {{ platform?: string, arch?: string, path?: string }} [from] the machine to look for, by default this one
 * @returns {string}
 * @throws {FoundryToolMissingError} when there is none
 */
export function foundryBinary(tool, from = {}) {
  const { platform = process.platform, arch = process.arch, path = process.env.PATH ?? '' } = from;
  const packageName = `@foundry-rs/${tool}-${platform}-${ARCHITECTURES[arch] ?? arch}`;
  const packaged = packagedBinary(packageName, tool);
  if (packaged !== undefined) return packaged;
  const onPath = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, tool))
    .find(isExecutable);
  if (onPath === undefined) throw new FoundryToolMissingError(tool, packageName);
  return onPath;
}

/** @param {string} packageName @param {string} tool @returns {string | undefined} */
function packagedBinary(packageName, tool) {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    return join(dirname(manifest), 'bin', tool);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
