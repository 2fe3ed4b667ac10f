// A page that names a test speaks of one that is there.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const NAME = /\b(?:test|testFuzz|table|invariant)_\w+/g;

/** @param {string} folder @param {string} ending */
function filesIn(folder, ending) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(ROOT, folder, path));
}

const defined = new Set(
  filesIn('contracts/test', '.sol').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/function (\w+)/g)].map(([, name]) => name),
  ),
);

test.each(filesIn('docs', '.md').map((path) => [path.slice(ROOT.length + 1), path]))('%s', (_, path = '') => {
  const named = readFileSync(path, 'utf8').match(NAME) ?? [];
  // `test_UnknownLeg_…` stands for all that begin so.
  const missing = named.filter(
    (name) => !(name.endsWith('_') ? [...defined].some((each) => each?.startsWith(name)) : defined.has(name)),
  );
  expect(missing).toEqual([]);
});
