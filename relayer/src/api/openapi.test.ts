import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openApiText } from './openapi.js';

it('is the API that docs/openapi.json describes: if not, npm run openapi', async () => {
  const written = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
  expect(await openApiText('0.1.0')).toBe(written);
});
