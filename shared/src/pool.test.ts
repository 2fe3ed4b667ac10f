import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rollPool, stayingUntil, type Pool } from './pool.js';

const pool = (changes: Partial<Pool>): Pool => ({ assets: 0n, shares: 0n, entries: [], exits: [], ...changes });

/** Pools as a spoke can have them: a share is worth at most one unit, and no more shares leave than there are. */
const pools = fc
  .record({
    assets: fc.bigInt({ min: 1n, max: 10n ** 24n }),
    premium: fc.bigInt({ min: 0n, max: 10n ** 6n }),
    entries: fc.uniqueArray(
      fc.record({ activeAtSec: fc.integer({ min: 1, max: 50 }), amount: fc.bigInt({ min: 0n, max: 10n ** 24n }) }),
      { selector: ({ activeAtSec }) => activeAtSec, maxLength: 6 },
    ),
    exitTimes: fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 4 }),
    exitPercent: fc.bigInt({ min: 0n, max: 100n }),
  })
  .map(({ assets, premium, entries, exitTimes, exitPercent }): Pool => {
    const shares = assets + premium;
    const each = exitTimes.length === 0 ? 0n : (shares * exitPercent) / 100n / BigInt(exitTimes.length);
    return { assets, shares, entries, exits: exitTimes.map((exitAtSec) => ({ exitAtSec, shares: each })) };
  });

describe('a pool over time', () => {
  it('gives an entry one share a unit when it is empty, and its ratio when it is not', () => {
    const entries = [{ activeAtSec: 60, amount: 100n }];
    expect(rollPool(pool({ entries }), 60)).toMatchObject({ assets: 100n, shares: 100n, entries: [] });
    expect(rollPool(pool({ assets: 333n, shares: 1_000n, entries }), 60)).toMatchObject({
      assets: 433n,
      shares: 1_300n,
      rolledEntries: [{ activeAtSec: 60, amount: 100n, shares: 300n }],
    });
  });

  it('leaves what is not due as it is', () => {
    const waiting = pool({ entries: [{ activeAtSec: 60, amount: 100n }], exits: [{ exitAtSec: 70, shares: 1n }] });
    expect(rollPool(waiting, 59)).toEqual({ ...waiting, rolledEntries: [] });
  });

  it('counts for a plan only what stays until its callBy, the last second included', () => {
    const leaving = pool({ assets: 500n, shares: 1_000n, exits: [{ exitAtSec: 100, shares: 400n }] });
    expect(stayingUntil(leaving, 50, 99)).toEqual({ assets: 500n, shares: 1_000n });
    expect(stayingUntil(leaving, 50, 100)).toEqual({ assets: 300n, shares: 600n });
  });

  it('is the same whether it is rolled in one step or in many', () => {
    fc.assert(
      fc.property(pools, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (start, a, b) => {
        const [first, last] = a < b ? [a, b] : [b, a];
        const atOnce = rollPool(start, last);
        const { assets, shares, entries, exits } = rollPool(rollPool(start, first), last);
        expect({ assets, shares, entries, exits }).toEqual({
          assets: atOnce.assets,
          shares: atOnce.shares,
          entries: atOnce.entries,
          exits: atOnce.exits,
        });
      }),
    );
  });

  it('never makes a share worth more than one unit, nor leaves assets without shares', () => {
    fc.assert(
      fc.property(pools, fc.integer({ min: 0, max: 60 }), (start, nowSec) => {
        const { assets, shares } = rollPool(start, nowSec);
        expect(assets).toBeLessThanOrEqual(shares);
        expect(assets === 0n).toBe(shares === 0n);
      }),
    );
  });

  it('has at callBy what was counted on, whatever is due until then', () => {
    fc.assert(
      fc.property(pools, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (start, a, b) => {
        const [nowSec, callBySec] = a < b ? [a, b] : [b, a];
        const counted = stayingUntil(start, nowSec, callBySec);
        for (let at = nowSec; at <= callBySec; at++) {
          expect(rollPool(start, at).assets).toBeGreaterThanOrEqual(counted.assets);
        }
      }),
    );
  });
});
