import { getTableColumns, sql, type Column, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from './client.js';

/** So many at a time: a statement's text is as long as its values. */
const ROWS_A_STATEMENT = 5_000;

/**
 * Inserts the rows that are not there yet. One parameter a column, not one a value: a statement of the same text for any number of
 * rows, which PostgreSQL and its client take in a fraction of the time.
 */
export async function insertNew<T extends PgTable>(
  tx: Tx,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    await tx.execute(insertion(table, rows.slice(start, start + ROWS_A_STATEMENT)));
  }
}

function insertion(table: PgTable, rows: readonly Record<string, unknown>[]): SQL {
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
  return sql`insert into ${table} (${sql.join(names, sql`, `)}) select * from unnest(${sql.join(arrays, sql`, `)}) on conflict do nothing`;
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
