import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { CONNECT_TIMEOUT_MS } from './client.js';

/** Any constant will do, as long as every node uses the same: "ALA" and "migrate" in ASCII, shortened. */
const MIGRATION_LOCK = 0x414c41_6d_6967;

const migrationsFolder = fileURLToPath(new URL('../../../migrations', import.meta.url));

/**
 * Brings the database to the newest schema. Nodes that start together take turns (advisory lock): drizzle's own
 * migrator reads what is applied before it opens its transaction, so two of them would apply the same file twice.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'ala-migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await applyMigrations(drizzle(client), { migrationsFolder });
  } finally {
    // Ending the session gives the lock back, also when a migration failed.
    await client.end();
  }
}
