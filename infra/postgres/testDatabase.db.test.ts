import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { useTestDatabase } from './testDatabase.js';
import { createTestDatabase, LeakedConnectionsError } from './testServer.js';

const database = useTestDatabase();

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'the-test' });
  // Dropping a database ends what is connected to it, which a client reports as an error.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

describe('the database of a test file', () => {
  it('has the migrated schema', async () => {
    const client = await connect(database.url);
    const { rows } = await client.query("select 1 from pg_tables where schemaname = 'public'");
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
  });

  it('is not shared', async () => {
    const other = await createTestDatabase(inject('testServerUrl'));
    const client = await connect(database.url);
    await client.query('create table only_here ()');
    await client.end();
    const otherClient = await connect(other.databaseUrl);
    const { rows } = await otherClient.query("select 1 from pg_tables where tablename = 'only_here'");
    await otherClient.end();
    await other.drop();
    expect(rows).toEqual([]);
  });

  it('fails when a connection is left open, naming it, and is removed all the same', async () => {
    const leaky = await createTestDatabase(inject('testServerUrl'));
    const client = await connect(leaky.databaseUrl);
    await client.query('select 42');
    const error: unknown = await leaky.drop().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LeakedConnectionsError);
    expect((error as LeakedConnectionsError).connections).toEqual(['the-test, last query: select 42']);
    await expect(connect(leaky.databaseUrl)).rejects.toMatchObject({ code: '3D000' });
  });
});
