import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { useOpenDatabase } from './openTestDatabase.js';

const database = useOpenDatabase();

it('outlives a connection that the server ends in the middle of a transaction', async () => {
  const { db, pool } = database;
  const broken = db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    await tx.execute(sql`select 1`);
  });
  await expect(broken).rejects.toThrow();
  expect((await db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }]);
});
