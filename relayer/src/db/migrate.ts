import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { readMigrationFiles } from 'drizzle-orm/migrator';
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

/** How far a database is migrated, and how far this program would; in milliseconds, as drizzle dates its migrations. */
export interface MigrationState {
  /** Null in an empty database. */
  readonly appliedMs: number | null;
  readonly programMs: number;
}

export async function readMigrationState(client: pg.Client): Promise<MigrationState> {
  const programMs = Math.max(...readMigrationFiles({ migrationsFolder }).map(({ folderMillis }) => folderMillis));
  const table = 'drizzle.__drizzle_migrations';
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
  if (rows[0]?.there !== true) return { appliedMs: null, programMs };
  const applied = await client.query<{ newest: string | null }>(`select max(created_at) as newest from ${table}`);
  const newest = applied.rows[0]?.newest ?? null;
  return { appliedMs: newest === null ? null : Number(newest), programMs };
}
