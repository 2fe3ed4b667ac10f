import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const FOLDER = new URL('..', import.meta.url).pathname;
const LIMIT_BYTES = 250 * 1_024;

let chunks: Rolldown.OutputChunk[];

beforeAll(async () => {
  // As `npm run build` has it: tests run under another name, with a library several times as large.
  vi.stubEnv('NODE_ENV', 'production');
  const built = await build({
    configFile: `${FOLDER}vite.config.ts`,
    logLevel: 'error',
    mode: 'production',
    // The sources as they are, not what was compiled last.
    resolve: { alias: [{ find: /^@ala\/shared\/(.*)$/, replacement: `${FOLDER}../shared/src/$1.ts` }] },
    build: { write: false },
  });
  const outputs = [built].flat() as Rolldown.RolldownOutput[];
  chunks = outputs.flatMap(({ output }) => output.filter((file) => file.type === 'chunk'));
}, 60_000);

afterAll(() => void vi.unstubAllEnvs());

/** The scripts that a browser gets before it runs these: they and all that they import. */
function loadedWith(names: readonly string[]): Rolldown.OutputChunk[] {
  const found = new Set<Rolldown.OutputChunk>();
  const add = (chunk: Rolldown.OutputChunk | undefined): void => {
    if (chunk === undefined || found.has(chunk)) return;
    found.add(chunk);
    for (const file of chunk.imports) add(chunks.find(({ fileName }) => fileName === file));
  };
  for (const name of names) {
    const chunk = chunks.find((candidate) => candidate.name === name);
    expect(chunk, name).toBeDefined();
    add(chunk);
  }
  return [...found];
}

it('shows the book with its chart after less than 250 KiB of compressed script', () => {
  const bytes = loadedWith(['index', 'BookScreen', 'DepthChart']).map(
    ({ code }) => gzipSync(code, { level: 9 }).length,
  );
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LIMIT_BYTES);
});

it('loads no library for wallets and chains before somebody bids', () => {
  const modules = loadedWith(['index', 'BookScreen', 'DepthChart', 'AuctionsScreen', 'OperateScreen']).flatMap(
    ({ modules: of }) =>
      Object.entries(of)
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([id]) => id),
  );
  expect(modules.filter((id) => id.includes('node_modules/ethers/'))).toEqual([]);
});
