import { readFileSync, writeFileSync } from 'node:fs';
import { openApiText } from './api/openapi.js';
import { referencePage, type OpenApi } from './api/reference.js';

/** `npm run openapi`: writes the API's reference for programs and for people; a test holds both to the code. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const text = await openApiText(version);
writeFileSync(new URL('../../docs/openapi.json', import.meta.url), text);
writeFileSync(new URL('../../docs/api-reference.md', import.meta.url), referencePage(JSON.parse(text) as OpenApi));
