import { getTableColumns, sql, type Column, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from './client.js';

/** So many at a time: a statement's text is as long as its values. */
const ROWS_A_STATEMENT = 5_000;

/** Rows that one table is to have. */
export interface TableRows {
  readonly table: PgTable;
  readonly rows: readonly Record<string, unknown>[];
}

export function rowsOf<T extends PgTable>(table: T, rows: readonly T['$inferInsert'][]): TableRows {
  return { table, rows };
}

/**
 * Inserts the rows that are not there yet and then does what is to be done with them, all in one statement unless the rows are many. One
 * parameter a column, not one a value: a statement of the same text for any number of rows, which PostgreSQL and its client take in a
 * fraction of the time.
 * @param then statements that do not look at these rows
 */
export async function insertNew(tx: Tx, all: readonly TableRows[], then: readonly SQL[] = []): Promise<void> {
  const filled = all.filter(({ rows }) => rows.length > 0);
  const statements = [...filled.flatMap(insertions), ...then];
  const isOne = filled.reduce((sum, { rows }) => sum + rows.length, 0) <= ROWS_A_STATEMENT;
  for (const statement of isOne ? together(statements) : statements) await tx.execute(statement);
}

/** The last one's answer is that of all; whatever changes rows is done in any case. */
function together(statements: readonly SQL[]): SQL[] {
  const last = statements.at(-1);
  if (last === undefined || statements.length === 1) return [...statements];
  const before = statements.slice(0, -1).map((statement, index) => sql`${sql.raw(`s${index}`)} as (${statement})`);
  return [sql`with ${sql.join(before, sql`, `)} ${last}`];
}

function insertions({ table, rows }: TableRows): SQL[] {
  const starts = Array.from(
    { length: Math.ceil(rows.length / ROWS_A_STATEMENT) },
    (_, index) => index * ROWS_A_STATEMENT,
  );
  return starts.map((start) => insertion(table, rows.slice(start, start + ROWS_A_STATEMENT)));
}

function insertion(table: PgTable, rows: TableRows['rows']): SQL {
  return sql`${insertingOf({ table, rows })} on conflict do nothing`;
}

/** The statement that inserts rows, without what is to be done where one is there. */
export function insertingOf({ table, rows }: TableRows): SQL {
  // A column that no row names has its default.
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => rows.some((row) => row[key] !== undefined));
  const names = columns.map(([, column]) => sql.identifier(column.name));
  const arrays = columns.map(
    ([key, column]) =>
      sql`${arrayOf(
        rows.map((row) => row[key]),
        column,
      )}::text::${sql.raw(column.getSQLType())}[]`,
  );
  return sql`insert into ${table} (${sql.join(names, sql`, `)}) select * from unnest(${sql.join(arrays, sql`, `)})`;
}

/** An array as PostgreSQL reads it from text. */
function arrayOf(values: readonly unknown[], column: Column): string {
  const element = elementOf(column);
  return `{${values.map((value) => (value === undefined || value === null ? 'NULL' : element(value))).join(',')}}`;
}

function elementOf(column: Column): (value: unknown) => string {
  const type = column.getSQLType();
  // By far most values are of these two kinds, and neither needs a detour or an escape.
  if (type === 'bytea') return (value) => `"\\\\x${(value as string).slice(2)}"`;
  if (/^(integer|bigint|numeric)/.test(type)) return (value) => String(value);
  return (value) => `"${String(column.mapToDriverValue(value)).replace(/["\\]/g, '\\$&')}"`;
}
