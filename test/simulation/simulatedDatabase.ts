import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startTestServer, createTestDatabase } from '@ala/postgres/testServer';
import { migrate } from '@ala/relayer/db/migrate';
import { nameOf } from './prepared.js';
import { SessionStore } from './sessionStore.js';

/** How long the end of a database process may take. */
const TERMINATION_MS = 5_000;
/** Prepared statements are planned for any values, not for each. */
const PLANNED_ONCE = '-c plan_cache_mode=force_generic_plan';

/**
 * A database whose `now()` and `clock_timestamp()` are the world's: both are found in the schema `sim` first, also by the defaults of
 * columns. So is `pg_stat_activity`, by which a session that goes from a node that ended to one that starts is another one from then
 * on. What all worlds begin with lies beside the tables, and `reset` brings it back.
 */
export class SimulatedDatabase {
  private tables: readonly string[] = [];
  /** Of each table the sequences that number its rows. */
  private readonly counters = new Map<string, readonly string[]>();

  private constructor(
    readonly url: string,
    /** For nodes: they see the world's time. */
    readonly sessions: SessionStore,
    readonly admin: pg.Client,
    private readonly stopServer: () => Promise<void>,
  ) {}

  static async start(): Promise<SimulatedDatabase> {
    const server = await startTestServer({ migrate });
    const { databaseUrl } = await createTestDatabase(server.adminUrl);
    const url = new URL(databaseUrl);
    url.searchParams.set('options', `-c search_path=sim,public,pg_catalog ${PLANNED_ONCE}`);
    const admin = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'simulation',
      options: PLANNED_ONCE,
    });
    await admin.connect();
    const database = new SimulatedDatabase(url.href, new SessionStore(url.href), admin, server.stop);
    await database.takeOverTime();
    return database;
  }

  async stop(): Promise<void> {
    await Promise.all([this.admin.end(), this.sessions.close()]);
    await this.stopServer();
  }

  /** What is asked again and again is planned once. */
  async ask<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.admin.query<Row>({ name: nameOf(text), text, values: [...values] });
    return rows;
  }

  async setTime(nowMs: number): Promise<void> {
    await this.ask('update sim.clock set at = to_timestamp($1)', [nowMs / 1_000]);
  }

  /** From here on `reset` brings back what the tables hold now. */
  async takeBase(): Promise<void> {
    const { rows } = await this.admin.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
    );
    this.tables = rows.map(({ name }) => name);
    const numbered = await this.admin.query<{ name: string; sequences: string[] }>(
      `select quote_ident(t.relname) as name, array_agg(d.objid::regclass::text) as sequences
       from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S' join pg_class t on t.oid = d.refobjid
       where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
         and t.relnamespace = 'public'::regnamespace group by 1`,
    );
    for (const { name, sequences } of numbered.rows) this.counters.set(name, sequences);
    await this.admin.query('create schema base');
    for (const table of this.tables) await this.admin.query(`create table base.${table} as table public.${table}`);
  }

  /** All tables, or these alone, hold again what they held at the beginning. */
  async reset(tables: readonly string[] = this.tables): Promise<void> {
    const emptied = tables.map((table) => `delete from public.${table}`);
    const copies = tables.map((table) => `insert into public.${table} select * from base.${table}`);
    const counters = tables
      .flatMap((table) => this.counters.get(table) ?? [])
      .map((name) => `select setval('${name}', 1, false)`);
    // For a few rows faster than `truncate`, which makes new files; what refers to what does not matter meanwhile.
    await this.admin.query(
      ['begin', 'set local session_replication_role = replica', ...emptied, ...copies, ...counters, 'commit'].join(
        '; ',
      ),
    );
  }

  /** A digest of each table, whatever the order of its rows; without columns that are not the chain's. */
  async digests(tables: readonly string[], without: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const each = tables.map(
      (table) =>
        `select '${table}' as name, count(*) || ' rows, ' ||
           md5(coalesce(string_agg(line, ' ' order by line), '')) as digest
         from (select (to_jsonb(t) - $1::text[])::text as line from public.${table} t) lines`,
    );
    const rows = await this.ask<{ name: string; digest: string }>(each.join(' union all '), [without]);
    return new Map(rows.map(({ name, digest }) => [name, digest]));
  }

  /** Of these processes those that wait for a lock. */
  async waitingForLocks(pids: readonly number[]): Promise<ReadonlySet<number>> {
    const rows = await this.ask<{ pid: number }>(
      'select pid from unnest($1::int[]) as asked(pid) where cardinality(pg_blocking_pids(pid)) > 0',
      [pids],
    );
    return new Set(rows.map(({ pid }) => pid));
  }

  /** Ends these processes, and with them what they have locked and not committed. */
  async terminate(pids: readonly number[]): Promise<void> {
    if (pids.length === 0) return;
    const begunMs = performance.now();
    await this.admin.query('select pg_terminate_backend(pid) from pg_stat_activity where pid = any($1::int[])', [pids]);
    // The server can wait by itself, but looks every 100 ms alone.
    while ((await this.alive(pids)) > 0) {
      if (performance.now() - begunMs > TERMINATION_MS) throw new Error(`sessions ${pids.join(', ')} do not end`);
      await pause(1);
    }
  }

  private async alive(pids: readonly number[]): Promise<number> {
    const rows = await this.ask<{ alive: number }>(
      'select count(*)::int as alive from pg_stat_activity where pid = any($1::int[])',
      [pids],
    );
    return rows[0]?.alive ?? 0;
  }

  private async takeOverTime(): Promise<void> {
    await this.admin.query(`
      create schema sim;
      create table sim.clock (at timestamptz not null);
      insert into sim.clock values (to_timestamp(0));
      create table sim.turns (pid int primary key, turn int not null);
      create view sim.pg_stat_activity as
        select pid, backend_start + turn * interval '1 us' as backend_start
        from pg_catalog.pg_stat_activity join sim.turns using (pid);
      create function sim.now() returns timestamptz language plpgsql stable
        as 'begin return (select at from sim.clock); end';
      create function sim.clock_timestamp() returns timestamptz language plpgsql volatile
        as 'begin return (select at from sim.clock); end';`);
    const { rows } = await this.admin.query<{ change: string }>(
      `select format('alter table public.%I alter column %I set default sim.now()', table_name, column_name) as change
       from information_schema.columns where table_schema = 'public' and column_default = 'now()'`,
    );
    for (const { change } of rows) await this.admin.query(change);
  }
}
