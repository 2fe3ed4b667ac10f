import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the checker shares no code with what it checks', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const imported = files.flatMap((file) =>
    [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g)].map(
      ([, specifier = '']) => specifier,
    ),
  );
  const foreign = imported.filter((specifier) => !/^(\.\/[a-zA-Z]+\.js|node:[a-z]+|ethers)$/.test(specifier));
  expect(imported.length).toBeGreaterThan(files.length);
  expect(foreign).toEqual([]);
});
