import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorFiles, VECTORS_FOLDER } from './files.js';

/* `npm run vectors --workspace shared`: writes the golden vectors anew. A change of them is a change of the protocol. */

mkdirSync(VECTORS_FOLDER, { recursive: true });
for (const [name, content] of Object.entries(vectorFiles())) writeFileSync(join(VECTORS_FOLDER, name), content);
