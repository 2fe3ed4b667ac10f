import { Wallet } from 'ethers';
import pg from 'pg';
import { expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { toChainId } from '@ala/shared/ids';
import { leaseName, takeLease } from '../tx/lease.js';
import { readDatabase } from './database.js';

const testDatabase = useTestDatabase();
const signer = Wallet.createRandom().address;
const lanes = [1, 2].map((id) => ({ chain: `chain ${id}`, chainId: toChainId(id), signer }));

async function withClient<Value>(work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: testDatabase.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

it('finds a migrated database that can be written, and leaves nothing in it', async () => {
  const { migrations, writeFailure, heldLanes } = await readDatabase(testDatabase.url, lanes);
  expect(migrations.appliedMs).toBe(migrations.programMs);
  expect([writeFailure, heldLanes]).toEqual([null, []]);
  const left = await withClient((client) => client.query("select from pg_class where relname = 'ala_doctor'"));
  expect(left.rowCount).toBe(0);
});

it('names the lanes whose lease another session holds, and no other', async () => {
  await withClient(async (client) => {
    await takeLease(client, leaseName(toChainId(2), signer), 600_000);
    await takeLease(client, 'another', 600_000);
    const { heldLanes } = await readDatabase(testDatabase.url, lanes);
    expect(heldLanes.map(({ chain }) => chain)).toEqual(['chain 2']);
    const others = lanes.map((lane) => ({ ...lane, signer: Wallet.createRandom().address }));
    expect((await readDatabase(testDatabase.url, others)).heldLanes).toEqual([]);
    await client.query('update leases set expires_at = clock_timestamp()');
    expect((await readDatabase(testDatabase.url, lanes)).heldLanes).toEqual([]);
    await takeLease(client, leaseName(toChainId(1), signer), 600_000);
  });
  expect((await readDatabase(testDatabase.url, lanes)).heldLanes).toEqual([]);
});

it('says that a database takes no writes', async () => {
  const readOnly = new URL(testDatabase.url);
  readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
  const { writeFailure } = await readDatabase(readOnly.href, lanes);
  expect(writeFailure).toMatch(/read-only transaction/);
});
