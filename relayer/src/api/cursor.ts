import { z } from 'zod';
import { ApiProblem } from './problems.js';

/** Where a page ended, as text that a client gives back as it is. */
export function writeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values.map(String))).toString('base64url');
}

/** What PostgreSQL holds in columns of these types, as far as a number is exact. */
const CURSOR_COLUMNS = {
  integer: 2n ** 31n - 1n,
  bigint: BigInt(Number.MAX_SAFE_INTEGER),
  numeric: 10n ** 78n - 1n,
} as const;

/**
 * The numbers that `writeCursor` was given.
 * @throws ApiProblem if it is not a cursor of one number for each of these columns, which can hold it.
 */
export function readCursor(text: string, columns: readonly (keyof typeof CURSOR_COLUMNS)[]): bigint[] {
  const numbers = z.array(z.string().regex(/^\d{1,78}$/)).length(columns.length);
  const read = numbers.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  const values = read.data?.map(BigInt) ?? [];
  if (!read.success || columns.some((column, index) => (values[index] ?? 0n) > CURSOR_COLUMNS[column])) {
    throw new ApiProblem(400, 'cursor: give back what `nextCursor` of the page before says, or leave it out');
  }
  return values;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Pure: a page of at most `limit` of the rows, of which one more was asked for. */
export function pageOfRows<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => readonly (string | number)[],
): { readonly rows: readonly Row[]; readonly nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? writeCursor(cursorOf(last)) : null };
}
