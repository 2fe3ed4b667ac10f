import { describe, expect, it } from 'vitest';
import { clearFile } from './clearFile.js';
import { ClearInputError } from './errors.js';

function example() {
  return {
    auction: {
      debtLeft: '100',
      collateralLeft: '1000',
      priceE36: `1${'0'.repeat(36)}`,
      operatorFeeBps: 10,
      unit: '1',
      minLeg: '0',
    },
    ladder: { tierStepBps: 50, tierCount: 30 },
    pools: [
      { spoke: 2, tier: 0, available: '200' },
      { spoke: 1, tier: 0, available: '200' },
    ],
  };
}

function problemOf(value: unknown): string {
  try {
    clearFile(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    if (error instanceof ClearInputError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('clearFile', () => {
  it('prints one line of JSON in the order of the protocol', () => {
    expect(clearFile(JSON.stringify(example()))).toBe(
      '{"fills":[{"tier":0,"spoke":1,"amount":"50"},{"tier":0,"spoke":2,"amount":"50"}],"filled":"100","shortfall":"0",' +
        '"collateral":"100","operatorFee":"0","marginalPremiumBps":50,"averagePremiumBps":"50.0000"}',
    );
  });

  it('names the field of every malformed value', () => {
    const { auction, ladder, pools } = example();
    const cases: [unknown, string][] = [
      ['{', 'malformed JSON'],
      ['[]', 'must be an object'],
      ['null', 'must be an object'],
      [{ auction, ladder }, 'pools: is missing'],
      [{ auction, ladder, pools, extra: 1 }, 'extra: is not a field'],
      [{ auction: { ...auction, debt: '1' }, ladder, pools }, 'auction.debt: is not a field'],
      [{ auction: { ...auction, debtLeft: undefined }, ladder, pools }, 'auction.debtLeft: is missing'],
      [{ auction: { ...auction, debtLeft: '-1' }, ladder, pools }, 'auction.debtLeft: must be'],
      [{ auction: { ...auction, debtLeft: 5 }, ladder, pools }, 'auction.debtLeft: must be'],
      [{ auction: { ...auction, minLeg: '1.5' }, ladder, pools }, 'auction.minLeg: must be'],
      [{ auction: { ...auction, minLeg: '9'.repeat(79) }, ladder, pools }, 'auction.minLeg: must be'],
      [{ auction: { ...auction, collateralLeft: '9'.repeat(78) }, ladder, pools }, 'auction.collateralLeft: must be'],
      [{ auction: { ...auction, unit: '0' }, ladder, pools }, 'auction.unit: must be'],
      [{ auction: { ...auction, priceE36: '0' }, ladder, pools }, 'auction.priceE36: must be'],
      [{ auction: { ...auction, operatorFeeBps: 1.5 }, ladder, pools }, 'auction.operatorFeeBps: must be'],
      [{ auction: { ...auction, operatorFeeBps: '1' }, ladder, pools }, 'auction.operatorFeeBps: must be'],
      [{ auction, ladder: [], pools }, 'ladder: must be an object'],
      [{ auction, ladder: { ...ladder, tierCount: 65 }, pools }, 'ladder.tierCount: must be'],
      [{ auction, ladder, pools: {} }, 'pools: must be a list'],
      [{ auction, ladder, pools: [7] }, 'pools[0]: must be an object'],
      [{ auction, ladder, pools: [...pools, { spoke: 3, tier: 30, available: '1' }] }, 'pools[2].tier: must be'],
      [{ auction, ladder, pools: [...pools, { spoke: -3, tier: 0, available: '1' }] }, 'pools[2].spoke: must be'],
      [{ auction, ladder, pools: [...pools, { spoke: 3, tier: 0 }] }, 'pools[2].available: is missing'],
      [{ auction, ladder, pools: [...pools, ...pools] }, 'pools[2]: duplicate of pools[0]'],
    ];
    for (const [value, problem] of cases) expect(problemOf(value)).toContain(problem);
  });
});
