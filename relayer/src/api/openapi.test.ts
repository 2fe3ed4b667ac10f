import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openApiText } from './openapi.js';
import { referencePage, type OpenApi } from './reference.js';
import { exampleOf } from './referenceExample.js';

const written = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

it('is the API that docs/openapi.json describes: if not, npm run openapi', async () => {
  expect(await openApiText('0.1.0')).toBe(written('openapi.json'));
});

it('is the API that docs/api-reference.md describes: if not, npm run openapi', () => {
  expect(referencePage(JSON.parse(written('openapi.json')) as OpenApi)).toBe(written('api-reference.md'));
});

const { paths } = JSON.parse(written('openapi.json')) as OpenApi;
const answers = Object.entries(paths).flatMap(([path, { get }]) => {
  const schema = get.responses['200']?.content['application/json']?.schema;
  return schema === undefined ? [] : [[path, schema] as const];
});

it.each(answers)('%s is shown by an example that its schema takes', (_, schema) => {
  const example = exampleOf(schema);
  expect(z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(example)).toMatchObject({
    success: true,
  });
});
