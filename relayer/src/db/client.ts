import { drizzle, type NodePgDatabase, type NodePgTransaction } from 'drizzle-orm/node-postgres';
import type { ExtractTablesWithRelations } from 'drizzle-orm';
import pg from 'pg';
import * as chainTables from './chainTables.js';
import * as ownTables from './ownTables.js';

const schema = { ...chainTables, ...ownTables };

export type Schema = typeof schema;
export type Db = NodePgDatabase<Schema>;
export type Tx = NodePgTransaction<Schema, ExtractTablesWithRelations<Schema>>;
/** A query runs on the pool or inside a transaction. */
export type DbOrTx = Db | Tx;

export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface OpenDatabaseArgs {
  readonly url: string;
  /** Connections break when the server restarts; the pool replaces them, the caller only wants to know. */
  readonly onIdleError: (error: Error) => void;
  readonly maxConnections?: number;
  /** Every transaction is read only, and the server ends a statement that takes longer than this. */
  readonly readOnly?: { readonly statementTimeoutMs: number };
}

/** A server that does not even refuse is not there. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** No transaction of a node waits for anything but the database. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Opens a pool of connections; nothing is sent until the first query. */
export function openDatabase({ url, onIdleError, maxConnections = 8, readOnly }: OpenDatabaseArgs): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: 'ala',
    connectionTimeoutMillis: readOnly?.statementTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    ...(readOnly !== undefined && {
      options: '-c default_transaction_read_only=on',
      statement_timeout: readOnly.statementTimeoutMs,
    }),
    // What a node that stands still has locked is not to stop the others.
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  pool.on('error', onIdleError);
  // Between two queries of a transaction nobody else listens, and an error that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { db: drizzle(pool, { schema }), pool, close: () => pool.end() };
}
