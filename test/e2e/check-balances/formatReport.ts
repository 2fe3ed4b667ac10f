import { formatUnits } from 'ethers';
import type { CheckLine } from './checkLine.js';
import type { ConservationTable } from './conservationTable.js';
import type { BalanceReport } from './judge.js';

/** The report for people: a table for each token, what covers what, and the number of the other checks. */
export function formatReport(report: BalanceReport): string {
  const surpluses = report.lines.filter((line) => line.above === null);
  const others = report.lines.filter((line) => line.above !== null);
  const held = others.filter((line) => line.ok).length;
  return [
    ...report.tables.flatMap((table) => [table.title, ...formatTable(table), '']),
    'who owes tokens has them (smallest units)',
    ...align([['', 'token', 'place', 'owed', 'held', 'surplus'], ...surpluses.map(surplusCells)]),
    '',
    `${held} of ${others.length} other checks hold: prices and premiums, limits, claims, messages`,
    report.ok ? 'every token is accounted for' : `${report.failures.length} of ${report.lines.length} checks failed`,
  ].join('\n');
}

/** The report for programs: amounts as decimal texts, on one line. */
export function reportJson(report: BalanceReport): string {
  return JSON.stringify(report, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function formatTable({ columns, rows, decimals }: ConservationTable): string[] {
  const byColumn = columns.map((_, index) =>
    fixedPlaces(
      rows.map((row) => row.amounts[index] ?? 0n),
      decimals,
    ),
  );
  const cells = rows.map((row, line) => [row.place, ...byColumn.map((column) => column[line] ?? '')]);
  return align([['', ...columns], ...cells]);
}

/** As many decimal places for all as the longest of them needs: nothing is rounded away, and the points stand in a line. */
function fixedPlaces(amounts: readonly bigint[], decimals: number): string[] {
  const parts = amounts.map((amount) => formatUnits(amount, decimals).split('.'));
  const fractions = parts.map(([, fraction = '']) => (fraction === '0' ? '' : fraction));
  const places = Math.max(...fractions.map((fraction) => fraction.length));
  return parts.map(([whole = '0'], index) =>
    places === 0 ? whole : `${whole}.${(fractions[index] ?? '').padEnd(places, '0')}`,
  );
}

function surplusCells({ check, token, place, expected, found, difference }: CheckLine): string[] {
  return [check, token, place, expected.toString(), found.toString(), difference.toString()];
}

/** Columns as wide as their widest cell: numbers to the right, words to the left. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  const isNumber = (index: number): boolean => rows.slice(1).every((row) => /^-?[\d.]+$/.test(row[index] ?? ''));
  const numeric = widths.map((_, index) => isNumber(index));
  return rows.map((row) =>
    `  ${row.map((cell, index) => (numeric[index] === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join('  ')}`.trimEnd(),
  );
}
