import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clear, MAX_FILLS_PER_PLAN } from './clear.js';
import type { ClearInput } from './clearInput.js';
import { clearReference } from './clear.reference.js';
import { collateralDown, feeDown } from './clearingMath.js';
import type { SpokeId, Tier } from './ids.js';
import { premiumBps } from './ladder.js';

/** Small numbers so that ties, empty pools, one-unit rests and dust legs are frequent; `scale` makes the same worlds large. */
function world(args: { spokes: number; tiers: number; pools: [number, number]; amount: bigint; unit: bigint }) {
  return fc
    .record({
      tierCount: fc.integer({ min: 1, max: args.tiers }),
      tierStepBps: fc.integer({ min: 1, max: 900 }),
      operatorFeeBps: fc.constantFrom(0, 1, 10, 333),
      unit: fc.bigInt({ min: 1n, max: args.unit }),
      debtLeft: fc.bigInt({ min: 0n, max: args.amount * 8n }),
      collateralLeft: fc.bigInt({ min: 0n, max: args.amount * 16n }),
      minLeg: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: args.amount })),
      priceE36: fc.oneof(
        fc.bigInt({ min: 10n ** 36n / 3n, max: 4n * 10n ** 36n }),
        fc.bigInt({ min: 1n, max: 10n ** 37n }),
        fc.constant(10n ** 36n),
      ),
    })
    .chain(({ tierCount, tierStepBps, ...auction }) =>
      fc
        .uniqueArray(
          fc.record({
            spoke: fc.integer({ min: 1, max: args.spokes }).map((spoke) => spoke as SpokeId),
            tier: fc.integer({ min: 0, max: tierCount - 1 }).map((tier) => tier as Tier),
            available: fc.bigInt({ min: 0n, max: args.amount }),
          }),
          { minLength: args.pools[0], maxLength: args.pools[1], selector: (pool) => `${pool.spoke}/${pool.tier}` },
        )
        .map((pools): ClearInput => ({ auction, ladder: { tierCount, tierStepBps }, pools })),
    );
}

const tiny = world({ spokes: 4, tiers: 3, pools: [0, 12], amount: 12n, unit: 3n });
const dusty = world({ spokes: 8, tiers: 2, pools: [2, 16], amount: 40n, unit: 2n });
const large = world({ spokes: 32, tiers: 64, pools: [0, 60], amount: 1n << 110n, unit: 1n << 20n });

/** More than 128 pools with something available, and debt enough to want them all. */
const crowded = fc
  .record({
    spokes: fc.integer({ min: 9, max: 32 }),
    tiers: fc.integer({ min: 5, max: 20 }),
    amounts: fc.array(fc.bigInt({ min: 0n, max: 30n }), { minLength: 640, maxLength: 640 }),
    debtLeft: fc.bigInt({ min: 500n, max: 5_000n }),
  })
  .map(({ spokes, tiers, amounts, debtLeft }): ClearInput => {
    const pools = Array.from({ length: spokes * tiers }, (_, index) => ({
      spoke: ((index % spokes) + 1) as SpokeId,
      tier: Math.floor(index / spokes) as Tier,
      available: amounts[index] ?? 0n,
    }));
    const auction = {
      debtLeft,
      collateralLeft: 10_000n,
      priceE36: 10n ** 36n,
      operatorFeeBps: 7,
      unit: 1n,
      minLeg: 20n,
    };
    return { auction, ladder: { tierStepBps: 50, tierCount: tiers }, pools };
  });

const inputs = [
  ['tiny', tiny, 3_000],
  ['dusty', dusty, 2_000],
  ['large', large, 400],
  ['crowded', crowded, 150],
] as const;

describe.each(inputs)('clear in a %s world', (_name, arbitrary, numRuns) => {
  it('equals the naive reference', () => {
    fc.assert(
      fc.property(arbitrary, (input) => {
        expect(clear(input)).toEqual(clearReference(input));
      }),
      { numRuns },
    );
  });

  it('does not depend on the order of the pools', () => {
    const shuffled = arbitrary.chain((input) =>
      fc
        .shuffledSubarray([...input.pools], { minLength: input.pools.length })
        .map((pools) => [input, { ...input, pools }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([input, other]) => {
        expect(clear(other)).toEqual(clear(input));
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });

  it('never takes more than there is of debt, collateral, pools and room', () => {
    fc.assert(
      fc.property(arbitrary, (input) => {
        const { auction, ladder, pools } = input;
        const result = clear(input);
        expect(result.filled).toBeLessThanOrEqual(auction.debtLeft);
        expect(result.collateral + result.operatorFee).toBeLessThanOrEqual(auction.collateralLeft);
        expect(result.fills.length).toBeLessThanOrEqual(MAX_FILLS_PER_PLAN);
        expect(result.filled + result.shortfall).toBe(auction.debtLeft - (auction.debtLeft % auction.unit));
        let collateral = 0n;
        let fee = 0n;
        for (const fill of result.fills) {
          const pool = pools.find((candidate) => candidate.spoke === fill.spoke && candidate.tier === fill.tier);
          expect(fill.amount).toBeLessThanOrEqual(pool?.available ?? -1n);
          expect(fill.amount % auction.unit).toBe(0n);
          expect(fill.amount).toBeGreaterThan(0n);
          collateral += collateralDown(fill.amount, premiumBps(ladder, fill.tier), auction.priceE36);
          fee += feeDown(fill.amount, auction.operatorFeeBps, auction.priceE36);
        }
        expect([result.collateral, result.operatorFee]).toEqual([collateral, fee]);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});

describe('the worlds of the property tests', () => {
  /** A property that never meets its case proves nothing: each kind of ending must be frequent. */
  const frequency = (arbitrary: fc.Arbitrary<ClearInput>, happens: (input: ClearInput) => boolean) =>
    fc.sample(arbitrary, { numRuns: 500, seed: 7 }).filter(happens).length;

  it('reach a marginal tier, a short book and a lack of collateral', () => {
    const short = (input: ClearInput) => clear(input).shortfall > 0n;
    const scarce = (input: ClearInput) => {
      const rich = { ...input, auction: { ...input.auction, collateralLeft: 1n << 200n } };
      return clear(rich).filled > clear(input).filled;
    };
    expect(frequency(tiny, short)).toBeGreaterThan(50);
    expect(frequency(tiny, scarce)).toBeGreaterThan(50);
    expect(frequency(tiny, (input) => clear(input).filled > 0n && !short(input))).toBeGreaterThan(50);
  });

  it('reach the exclusion of small legs, and the point where it stops because less would be filled', () => {
    const anyLeg = (input: ClearInput) => clear({ ...input, auction: { ...input.auction, minLeg: 0n } });
    const legsOf = (result: ReturnType<typeof clear>) => new Set(result.fills.map((fill) => fill.spoke)).size;
    const excluded = (input: ClearInput) => legsOf(clear(input)) < legsOf(anyLeg(input));
    const stopped = (input: ClearInput) => {
      const sums = new Map<number, bigint>();
      for (const { spoke, amount } of clear(input).fills) sums.set(spoke, (sums.get(spoke) ?? 0n) + amount);
      return sums.size > 1 && [...sums.values()].some((amount) => amount < input.auction.minLeg);
    };
    expect(frequency(dusty, excluded)).toBeGreaterThan(25);
    expect(frequency(dusty, stopped)).toBeGreaterThan(25);
  });

  it('reach the limit of fills', () => {
    const full = (input: ClearInput) => {
      const result = clear({ ...input, auction: { ...input.auction, minLeg: 0n } });
      return (
        result.shortfall > 0n && result.fills.length > 100 && result.marginalPremiumBps < 50 * input.ladder.tierCount
      );
    };
    expect(frequency(crowded, full)).toBeGreaterThan(50);
  });
});
