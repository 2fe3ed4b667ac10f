import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AlaError } from '@ala/shared/errors';

/** The folder that holds the workspaces, whether this file runs as source or from `dist`. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'contracts', 'foundry.toml'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new AlaError(`no contracts/foundry.toml above ${fileURLToPath(import.meta.url)}`);
    folder = parent;
  }
  return folder;
}
