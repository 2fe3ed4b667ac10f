import { describe, expect, it } from 'vitest';
import { clear } from './clear.js';
import type { ClearAuction, ClearInput } from './clearInput.js';
import { ClearInputError } from './errors.js';
import type { SpokeId, Tier } from './ids.js';

const base: ClearAuction = {
  debtLeft: 100n,
  collateralLeft: 1_000_000n,
  priceE36: 10n ** 36n,
  operatorFeeBps: 0,
  unit: 1n,
  minLeg: 0n,
};

/** Rows are `[spoke, tier, available]`; the ladder is 50, 100, ... bps. */
function input(rows: [number, number, bigint][], auction: Partial<ClearAuction> = {}): ClearInput {
  const pools = rows.map(([spoke, tier, available]) => ({ spoke: spoke as SpokeId, tier: tier as Tier, available }));
  return { auction: { ...base, ...auction }, ladder: { tierStepBps: 50, tierCount: 30 }, pools };
}

function fillsOf(of: ClearInput): [number, number, bigint][] {
  return clear(of).fills.map(({ spoke, tier, amount }) => [spoke, tier, amount]);
}

describe('clear', () => {
  it('takes cheap tiers whole and divides the marginal one pro rata', () => {
    const rows: [number, number, bigint][] = [
      [2, 1, 100n],
      [1, 0, 40n],
      [1, 1, 20n],
    ];
    const result = clear(input(rows));
    expect(result.fills).toEqual([
      { tier: 0, spoke: 1, amount: 40n },
      { tier: 1, spoke: 1, amount: 10n },
      { tier: 1, spoke: 2, amount: 50n },
    ]);
    expect(result).toMatchObject({
      filled: 100n,
      shortfall: 0n,
      marginalPremiumBps: 100,
      averagePremiumBps: '80.0000',
    });
  });

  it('pays the premium and the operators at the price', () => {
    // 100 debt at 0.5 debt a unit of collateral: 200 * 1.005 = 201, and 200 * 0.1 = 20 for the operators.
    const result = clear(input([[1, 0, 100n]], { priceE36: 5n * 10n ** 35n, operatorFeeBps: 1_000 }));
    expect(result).toMatchObject({ collateral: 201n, operatorFee: 20n });
  });

  it('gives what is left over to the largest remainders, ties to the lower spoke', () => {
    expect(
      fillsOf(
        input(
          [
            [3, 0, 1n],
            [1, 0, 1n],
            [2, 0, 1n],
          ],
          { debtLeft: 2n },
        ),
      ),
    ).toEqual([
      [1, 0, 1n],
      [2, 0, 1n],
    ]);
    // Shares 1.4, 2.8, 2.8: the larger remainders go first.
    expect(
      fillsOf(
        input(
          [
            [1, 0, 2n],
            [2, 0, 4n],
            [3, 0, 4n],
          ],
          { debtLeft: 7n },
        ),
      ),
    ).toEqual([
      [1, 0, 1n],
      [2, 0, 3n],
      [3, 0, 3n],
    ]);
  });

  it('rounds everything to the unit', () => {
    const result = clear(
      input(
        [
          [1, 0, 39n],
          [2, 0, 41n],
        ],
        { unit: 10n, debtLeft: 59n },
      ),
    );
    expect(result.fills).toEqual([
      { tier: 0, spoke: 1, amount: 20n },
      { tier: 0, spoke: 2, amount: 30n },
    ]);
    expect(result.shortfall).toBe(0n);
  });

  it('stops where the collateral ends', () => {
    const result = clear(
      input(
        [
          [1, 0, 50n],
          [1, 1, 50n],
        ],
        { collateralLeft: 80n },
      ),
    );
    expect(result.fills).toEqual([
      { tier: 0, spoke: 1, amount: 50n },
      { tier: 1, spoke: 1, amount: 29n },
    ]);
    expect(result).toMatchObject({ shortfall: 21n, collateral: 79n });
  });

  it('stops before a tier that would make more than 128 fills', () => {
    const tierOf = (tier: number, count: number) =>
      Array.from({ length: count }, (_, index): [number, number, bigint] => [index + 1, tier, 1n]);
    const rows = [...tierOf(0, 32), ...tierOf(1, 32), ...tierOf(2, 32), ...tierOf(3, 32)];
    expect(clear(input(rows, { debtLeft: 200n })).filled).toBe(128n);
    const oneMore: [number, number, bigint] = [33, 3, 1n];
    expect(clear(input([...rows, oneMore], { debtLeft: 200n }))).toMatchObject({
      filled: 96n,
      marginalPremiumBps: 150,
    });
    // An empty pool does not count.
    expect(clear(input([...rows, [33, 3, 0n]], { debtLeft: 200n })).filled).toBe(128n);
  });

  it('leaves out small legs one by one, the spoke with least first', () => {
    const rows: [number, number, bigint][] = [
      [1, 0, 5n],
      [2, 0, 9n],
      [3, 0, 200n],
    ];
    expect(fillsOf(input(rows, { minLeg: 10n }))).toEqual([[3, 0, 100n]]);
    expect(fillsOf(input(rows, { minLeg: 4n, debtLeft: 107n }))).toEqual([
      [2, 0, 5n],
      [3, 0, 102n],
    ]);
  });

  it('of equally small legs leaves out the higher spoke first', () => {
    const rows: [number, number, bigint][] = [
      [1, 0, 50n],
      [2, 0, 50n],
    ];
    expect(fillsOf(input(rows, { minLeg: 30n, debtLeft: 50n }))).toEqual([[1, 0, 50n]]);
  });

  it('keeps a small leg when leaving it out would fill less', () => {
    expect(
      fillsOf(
        input(
          [
            [1, 0, 5n],
            [2, 0, 95n],
          ],
          { minLeg: 10n },
        ),
      ),
    ).toEqual([
      [1, 0, 5n],
      [2, 0, 95n],
    ]);
  });

  it('keeps a single small leg', () => {
    expect(fillsOf(input([[1, 0, 5n]], { minLeg: 10n }))).toEqual([[1, 0, 5n]]);
  });

  it('counts a spoke only up to the marginal tier', () => {
    // Spoke 1 has much, but dearer than anything that is drawn: it does not save its small leg.
    const rows: [number, number, bigint][] = [
      [1, 0, 4n],
      [1, 9, 1_000n],
      [2, 0, 5n],
      [3, 0, 200n],
    ];
    expect(fillsOf(input(rows, { minLeg: 3n, debtLeft: 103n }))).toEqual([
      [2, 0, 3n],
      [3, 0, 100n],
    ]);
  });

  it('gives an empty result when there is nothing to take or to give', () => {
    const empty = {
      fills: [],
      filled: 0n,
      collateral: 0n,
      operatorFee: 0n,
      marginalPremiumBps: 0,
      averagePremiumBps: '0.0000',
    };
    expect(clear(input([]))).toEqual({ ...empty, shortfall: 100n });
    expect(clear(input([[1, 0, 5n]], { debtLeft: 0n }))).toEqual({ ...empty, shortfall: 0n });
    expect(clear(input([[1, 0, 5n]], { collateralLeft: 0n }))).toEqual({ ...empty, shortfall: 100n });
    expect(clear(input([[1, 0, 5n]], { unit: 7n, debtLeft: 13n }))).toEqual({ ...empty, shortfall: 7n });
  });

  it('rounds the average premium down to four decimals', () => {
    expect(
      clear(
        input(
          [
            [1, 0, 1n],
            [1, 1, 2n],
          ],
          { debtLeft: 3n },
        ),
      ).averagePremiumBps,
    ).toBe('83.3333');
  });

  it('clears 2,048 pools with many exclusions quickly', () => {
    const rows = Array.from({ length: 32 * 64 }, (_, index): [number, number, bigint] => [
      (index % 32) + 1,
      Math.floor(index / 32),
      1n + BigInt(index % 32),
    ]);
    const big = { ...input(rows, { debtLeft: 40n, minLeg: 39n }), ladder: { tierStepBps: 10, tierCount: 64 } };
    const start = performance.now();
    expect(clear(big).fills).toHaveLength(2);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('clear refuses', () => {
  const pathOf = (of: ClearInput): string => {
    try {
      clear(of);
    } catch (error) {
      if (error instanceof ClearInputError) return error.path;
      throw error;
    }
    return 'nothing';
  };

  it.each([
    ['a zero unit', input([], { unit: 0n }), 'auction.unit'],
    ['a zero price', input([], { priceE36: 0n }), 'auction.priceE36'],
    ['negative debt', input([], { debtLeft: -1n }), 'auction.debtLeft'],
    ['negative collateral', input([], { collateralLeft: -1n }), 'auction.collateralLeft'],
    ['a negative minimum', input([], { minLeg: -1n }), 'auction.minLeg'],
    ['a fractional fee', input([], { operatorFeeBps: 0.5 }), 'auction.operatorFeeBps'],
    ['a negative pool', input([[1, 0, -1n]]), 'pools[0].available'],
    ['a tier outside the ladder', input([[1, 30, 1n]]), 'pools[0].tier'],
    ['a negative tier', input([[1, -1, 1n]]), 'pools[0].tier'],
    ['spoke zero', input([[0, 0, 1n]]), 'pools[0].spoke'],
    [
      'a pool twice',
      input([
        [1, 0, 1n],
        [2, 0, 1n],
        [1, 0, 1n],
      ]),
      'pools[2]',
    ],
    ['a ladder without tiers', { ...input([]), ladder: { tierStepBps: 50, tierCount: 0 } }, 'ladder.tierCount'],
    ['a ladder without step', { ...input([]), ladder: { tierStepBps: 0, tierCount: 3 } }, 'ladder.tierStepBps'],
  ])('%s', (_name, of, path) => expect(pathOf(of)).toBe(path));
});
