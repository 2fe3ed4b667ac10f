import { readFileSync, writeFileSync } from 'node:fs';
import { openApiText } from './api/openapi.js';

/** `npm run openapi`: writes the API's reference, which a test holds to the code. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
writeFileSync(new URL('../../docs/openapi.json', import.meta.url), await openApiText(version));
