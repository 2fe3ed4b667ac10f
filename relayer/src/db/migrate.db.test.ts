import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { migrate } from './migrate.js';

it('takes turns when several nodes start together on an empty database', async () => {
  const name = `migrate_${process.pid}`;
  const server = new pg.Client({ connectionString: inject('testServerUrl') });
  await server.connect();
  try {
    await server.query(`create database ${name} template template0`);
    const url = new URL(inject('testServerUrl'));
    url.pathname = `/${name}`;
    await Promise.all(Array.from({ length: 6 }, () => migrate(url.href)));
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query<{ count: string }>('select count(*) from drizzle.__drizzle_migrations');
    const tables = await client.query("select 1 from pg_tables where tablename = 'outbox'");
    await client.end();
    expect(Number(rows[0]?.count)).toBeGreaterThan(0);
    expect(tables.rowCount).toBe(1);
  } finally {
    await server.query(`drop database if exists ${name} with (force)`);
    await server.end();
  }
});
