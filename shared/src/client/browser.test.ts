import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const FOLDER = import.meta.dirname;
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));

it('every file of the client bundles for a browser, and none reaches for Node', async () => {
  // esbuild fails on an import of Node's own modules when the platform is a browser.
  const { errors, metafile } = await build({
    entryPoints: files.map((name) => join(FOLDER, name)),
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    metafile: true,
    outdir: 'dist',
    logLevel: 'silent',
  });
  expect(errors).toEqual([]);
  const workspaces = new Set(Object.keys(metafile.inputs).map((path) => path.split('/')[0]));
  expect([...workspaces].sort()).toEqual(['node_modules', 'shared']);
});
