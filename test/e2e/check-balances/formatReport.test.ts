import { expect, test } from 'vitest';
import { formatReport, reportJson } from './formatReport.js';
import { judge } from './judge.js';
import { world } from './worldFixture.js';

test('prints a table for each token whose points stand in a line', () => {
  const lines = formatReport(judge(world)).split('\n');
  const debt = lines.slice(1, 5);
  expect(lines[0]).toBe('tUSD: where the deposits are');
  expect(new Set(debt.map((line) => line.length)).size).toBe(1);
  expect(debt[1]).toMatch(
    /^ {2}spoke 1 \(spokeA\) +1\.02 +0\.03 +0\.29 +0\.04 +0\.05 +0\.0 +0\.06 +0\.3 +0\.01 +0\.08 +0\.16 +0$/,
  );
  expect(lines.at(-1)).toBe('every token is accounted for');
});

test('says how many checks failed', () => {
  const broken = { ...world, ports: [{ ...world.ports[0]!, balanceLocal: 0n }] };
  expect(formatReport(judge(broken))).toMatch(/\n1 of \d+ checks failed$/);
});

test('is JSON on one line, amounts as texts', () => {
  const text = reportJson(judge(world));
  expect(text).not.toContain('\n');
  const report = JSON.parse(text) as { ok: boolean; tables: { rows: { amounts: string[] }[] }[] };
  expect(report.ok).toBe(true);
  expect(report.tables[0]?.rows[0]?.amounts.slice(0, 2)).toEqual(['1020000', '30000']);
});
