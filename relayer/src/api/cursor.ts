import { z } from 'zod';
import { ApiProblem } from './problems.js';

/** Where a page ended, as text that a client gives back as it is. */
export function writeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values.map(String))).toString('base64url');
}

/**
 * The numbers that `writeCursor` was given.
 * @throws ApiProblem if it is not a cursor of `length` numbers that PostgreSQL's `numeric(78)` holds.
 */
export function readCursor(text: string, length: number): bigint[] {
  const numbers = z.array(z.string().regex(/^\d{1,78}$/)).length(length);
  try {
    return numbers.parse(JSON.parse(Buffer.from(text, 'base64url').toString())).map(BigInt);
  } catch {
    throw new ApiProblem(400, 'cursor: give back what `nextCursor` of the page before says, or leave it out');
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
