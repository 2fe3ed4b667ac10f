import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '@ala/postgres/embeddedPostgres';
import { migrate } from '@ala/relayer/db/migrate';

/** The bench's own server, with PostgreSQL's defaults: what it says is durable is. */
export interface BenchServer {
  /** An empty database; with the node's tables if `migrated`. */
  create(name: string, options: { readonly migrated: boolean }): Promise<string>;
  stop(): Promise<void>;
}

export async function startBenchServer(): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ala-bench-'));
  const { databaseUrl, stop } = await startEmbeddedPostgres({ dataDir: join(folder, 'cluster'), log: () => undefined });
  return {
    create: async (name, { migrated }) => {
      await query(databaseUrl, `drop database if exists ${name} with (force)`);
      await query(databaseUrl, `create database ${name}`);
      const url = new URL(databaseUrl);
      url.pathname = `/${name}`;
      if (migrated) await migrate(url.href);
      return url.href;
    },
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(databaseUrl: string, text: string): Promise<void> {
  await withClient(databaseUrl, (client) => client.query(text));
}

/** One connection for as long as `work` takes. */
export async function withClient<Value>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
