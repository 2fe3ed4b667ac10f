import { describe, expect, it } from 'vitest';
import { figuresOf, rowsOf, tableOf } from './benchGas.mjs';

/** @param {string[]} logs @param {string} [status] */
const report = (logs, status = 'Success') =>
  JSON.stringify({
    'test/gas/A.t.sol:A': { test_results: { 'test_A()': { status, reason: 'x', decoded_logs: logs } } },
  });

describe('figuresOf', () => {
  it('reads entry point, size and gas, and nothing else that a test logs', () => {
    const logs = ['gas | claim, further one | calls=1: 100', 'gas | claim, further one | calls=10: 101', 'note: 5'];
    expect(figuresOf(report(logs))).toEqual({ 'claim, further one': { 'calls=1': 100, 'calls=10': 101 } });
  });

  it('refuses a failed test and a run without figures', () => {
    expect(() => figuresOf(report(['gas | a | b: 1'], 'Failure'))).toThrow('test/gas/A.t.sol:A test_A(): x');
    expect(() => figuresOf(report(['note: 5']))).toThrow('measured nothing');
  });
});

describe('tableOf', () => {
  it('holds figures to their targets and to the committed ones', () => {
    const rows = rowsOf({ placeBid: { 'lps=1': 118_800, 'lps=10': 132_000 } }, { placeBid: { 'lps=1': 120_000 } });
    expect(rows).toEqual([
      expect.objectContaining({ gas: 118_800, committed: 120_000, target: 120_000, missedBy: 0 }),
      expect.objectContaining({ gas: 132_000, target: 120_000, missedBy: expect.closeTo(0.1) }),
    ]);
    const [, , first, second] = tableOf(rows).split('\n');
    expect(first).toMatch(/^placeBid +lps=1 +118,800 +-1.0 % +120,000 +ok +canza-ala 120 k; Liquity v2 132 k$/);
    expect(second).toMatch(/^ +lps=10 +132,000 +new +120,000 +missed by 10.0 %$/);
  });
});
