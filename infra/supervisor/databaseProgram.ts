/**
 * Runs the embedded PostgreSQL for the devnet: `node databaseProgram.js DATA-DIR URL-FILE`. A program of its own, which the
 * keeper holds, so that the server is stopped in order however the command ends that wanted it, `kill -9` included.
 */
import { writeFileSync } from 'node:fs';
import { startEmbeddedPostgres } from '@ala/postgres/embeddedPostgres';

const [dataDir, urlFile] = process.argv.slice(2);
if (dataDir === undefined || urlFile === undefined) throw new Error('usage: databaseProgram DATA-DIR URL-FILE');

const ending = new Promise<void>((resolve) => {
  for (const event of ['disconnect', 'SIGINT', 'SIGTERM'] as const) process.once(event, () => resolve());
});

const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => process.stdout.write(`${line}\n`) });
writeFileSync(urlFile, postgres.databaseUrl, { mode: 0o600 });
process.send?.('ready', undefined, undefined, () => undefined);
await ending;
await postgres.stop();
process.exit(0);
