import { describe, expect, it } from 'vitest';
import { applyFloor, crashed, summaryLine, table, total } from './counts.mjs';

const contracts = { runner: 'contracts', passed: 30, failed: 0, skipped: 0, problems: [] };
const relayer = { runner: 'relayer', passed: 12, failed: 1, skipped: 2, problems: [] };

describe('the summary', () => {
  it('adds up all runners', () => {
    expect(summaryLine([contracts, { ...relayer, skipped: 0 }])).toBe('42 passed, 1 failed');
  });

  it('names skipped tests when there are any', () => {
    expect(summaryLine([contracts, relayer])).toBe('42 passed, 1 failed, 2 skipped');
  });

  it('never says that nothing failed when a runner crashed', () => {
    expect(summaryLine([contracts, crashed('relayer', 'it crashed')])).toBe('30 passed, 1 failed');
  });

  it('lists each runner with what went wrong beyond its tests', () => {
    expect(table([contracts, crashed('e2e', 'it crashed')])).toBe(
      ['  contracts  30 passed, 0 failed', '  e2e        0 passed, 0 failed', '             failed: it crashed'].join(
        '\n',
      ),
    );
  });
});

describe('the floor', () => {
  it('is met by a runner that passed at least as many tests', () => {
    expect(applyFloor([contracts], { contracts: 30 })).toEqual([contracts]);
  });

  it('fails a runner that passed fewer', () => {
    const judged = applyFloor([contracts], { contracts: 31 });
    expect(judged[0]?.problems).toEqual(['30 tests passed, test/floor.json asks for at least 31']);
    expect(total(judged).failed).toBe(1);
  });

  it('fails a runner that did not report', () => {
    expect(total(applyFloor([contracts], { contracts: 1, e2e: 1 })).failed).toBeGreaterThan(0);
  });

  it('fails a runner that it does not name', () => {
    expect(applyFloor([contracts], {})[0]?.problems).toEqual(['it is not named in test/floor.json']);
  });
});
