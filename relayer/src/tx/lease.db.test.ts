import pg from 'pg';
import { beforeEach, expect, it } from 'vitest';
import { leases } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { fence, LeaseLostError, renewLease, takeLease } from './lease.js';

const database = useOpenDatabase();
const LONG_MS = 600_000;
beforeEach(async () => {
  await database.db.delete(leases);
});

async function withSessions(use: (first: pg.Client, second: pg.Client) => Promise<void>): Promise<void> {
  const sessions = [0, 1].map(() => new pg.Client({ connectionString: database.url }));
  await Promise.all(sessions.map((session) => session.connect()));
  try {
    await use(sessions[0]!, sessions[1]!);
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

const expire = () => database.db.update(leases).set({ expiresAt: new Date(0) });
const fenced = (lease: Parameters<typeof fence>[1]) => database.db.transaction((tx) => fence(tx, lease));

it('has one holder, who can renew it', () =>
  withSessions(async (first, second) => {
    const lease = await takeLease(first, 'a', LONG_MS);
    expect(lease).toEqual({ name: 'a', term: 1n });
    expect(await takeLease(second, 'a', LONG_MS)).toBeNull();
    expect(await takeLease(second, 'b', LONG_MS)).toEqual({ name: 'b', term: 1n });
    expect(await renewLease(first, lease!, LONG_MS)).toBe(true);
    await fenced(lease!);
  }));

it('is free as soon as the session of its holder has ended', () =>
  withSessions(async (first, second) => {
    const dead = new pg.Client({ connectionString: database.url });
    await dead.connect();
    const lease = await takeLease(dead, 'a', LONG_MS);
    await dead.end();
    await expect.poll(() => takeLease(second, 'a', LONG_MS)).toEqual({ name: 'a', term: 2n });
    expect(await renewLease(first, lease!, LONG_MS)).toBe(false);
  }));

it('is taken from a holder that stands still once it has expired, and then the old term is worth nothing', () =>
  withSessions(async (first, second) => {
    const old = (await takeLease(first, 'a', LONG_MS))!;
    await expire();
    expect(await renewLease(first, old, LONG_MS)).toBe(false);
    await expect(fenced(old)).rejects.toThrow(LeaseLostError);
    const taken = (await takeLease(second, 'a', LONG_MS))!;
    expect(taken.term).toBe(2n);
    expect(await renewLease(first, old, LONG_MS)).toBe(false);
    await expect(fenced(old)).rejects.toThrow('the lease a is not held any more (term 1)');
    await fenced(taken);
  }));

it('is not taken in the middle of a transaction that it fences', () =>
  withSessions(async (first, second) => {
    const dead = new pg.Client({ connectionString: database.url });
    await dead.connect();
    const lease = (await takeLease(dead, 'a', LONG_MS))!;
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into leases%'`;
    let taking: ReturnType<typeof takeLease> = Promise.resolve(null);
    await database.db.transaction(async (tx) => {
      await fence(tx, lease);
      await dead.end();
      taking = takeLease(second, 'a', LONG_MS);
      await expect.poll(async () => (await first.query(waiting)).rowCount).toBe(1);
    });
    expect(await taking).toEqual({ name: 'a', term: 2n });
  }));
