import type { Clearing, ClearFill } from './clear.js';
import type { ClearInput, ClearPool } from './clearInput.js';
import type { SpokeId } from './ids.js';

/*
 * The clearing rules read aloud, for the property tests of `clear`: exact fractions, no cleverness, no code shared with it. Each
 * block says which rule of the protocol's "Clearing" it is.
 */

interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}
const whole = (n: bigint): Fraction => ({ n, d: 1n });
const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const over = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d, d: a.d * b.n });
const minus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d });
const isMore = (a: Fraction, b: Fraction): boolean => a.n * b.d > b.n * a.d;
const isSame = (a: Fraction, b: Fraction): boolean => a.n * b.d === b.n * a.d;
const floor = (a: Fraction): bigint => a.n / a.d;
const inBps = (bps: number): Fraction => ({ n: BigInt(bps), d: 10_000n });
const plusOne = (a: Fraction): Fraction => ({ n: a.n + a.d, d: a.d });
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

export function clearReference(input: ClearInput): Clearing {
  const { auction, ladder } = input;
  const { unit, minLeg } = auction;
  // "D and every available are first floored to unit."
  const inUnits = (amount: bigint): bigint => floor({ n: amount, d: unit }) * unit;
  const debt = inUnits(auction.debtLeft);
  const allPools = input.pools.map((pool) => ({ ...pool, available: inUnits(pool.available) }));
  const price: Fraction = { n: auction.priceE36, d: 10n ** 36n };
  const fee = inBps(auction.operatorFeeBps);
  const premium = (tier: number): Fraction => inBps(ladder.tierStepBps * (tier + 1));

  // Rule 5.
  const collateralFor = (fill: ClearFill): bigint =>
    floor(over(times(whole(fill.amount), plusOne(premium(fill.tier))), price));
  const feeFor = (fill: ClearFill): bigint => floor(over(times(whole(fill.amount), fee), price));

  function clearWithout(leftOut: readonly SpokeId[]): ClearFill[] {
    let fills: ClearFill[] = [];
    for (let tier = 0; tier < ladder.tierCount; tier++) {
      // Rule 1.
      const debtLeft = debt - sum(fills.map((fill) => fill.amount));
      const collateralLeft = auction.collateralLeft - sum(fills.map(collateralFor)) - sum(fills.map(feeFor));
      const payout: Fraction = inBps(10_000 + ladder.tierStepBps * (tier + 1) + auction.operatorFeeBps);
      const affordable = floor(over(times(whole(collateralLeft), price), payout));
      const demand = inUnits(affordable < debtLeft ? affordable : debtLeft);
      if (demand === 0n) break;
      const pools = allPools.filter(
        (pool) => pool.tier === tier && pool.available > 0n && !leftOut.includes(pool.spoke),
      );
      // Rule 2.
      if (fills.length + pools.length > 128) break;
      // Rules 3 and 4.
      const fits = sum(pools.map((pool) => pool.available)) <= demand;
      const given = fits
        ? pools.map(({ spoke, available }) => ({ tier: tier as ClearFill['tier'], spoke, amount: available }))
        : divide(pools, demand, unit, inUnits);
      fills = [...fills, ...given.filter((fill) => fill.amount > 0n)];
      if (!fits) break;
    }
    return fills;
  }

  // Rule 6.
  const leftOut: SpokeId[] = [];
  let fills = clearWithout(leftOut);
  for (;;) {
    const spokes = [...new Set(fills.map((fill) => fill.spoke))];
    const legOf = (spoke: SpokeId): bigint =>
      sum(fills.filter((fill) => fill.spoke === spoke).map((fill) => fill.amount));
    const small = spokes.filter((spoke) => legOf(spoke) < minLeg);
    if (spokes.length < 2 || small.length === 0) break;
    const marginalTier = Math.max(...fills.map((fill) => fill.tier));
    const reachable = (spoke: SpokeId): bigint =>
      sum(allPools.filter((pool) => pool.spoke === spoke && pool.tier <= marginalTier).map((pool) => pool.available));
    small.sort((a, b) => b - a);
    const least = small.reduce((a, b) => (reachable(b) < reachable(a) ? b : a));
    const fewer = clearWithout([...leftOut, least]);
    if (sum(fewer.map((fill) => fill.amount)) < sum(fills.map((fill) => fill.amount))) break;
    leftOut.push(least);
    fills = fewer;
  }

  fills.sort((a, b) => (a.tier === b.tier ? a.spoke - b.spoke : a.tier - b.tier));
  const filled = sum(fills.map((fill) => fill.amount));
  const weightedBps = sum(fills.map((fill) => fill.amount * BigInt(ladder.tierStepBps) * BigInt(fill.tier + 1)));
  const averageE4 = filled === 0n ? 0n : floor({ n: weightedBps * 10_000n, d: filled });
  const digits = averageE4.toString().padStart(5, '0');
  return {
    fills,
    filled,
    shortfall: debt - filled,
    collateral: sum(fills.map(collateralFor)),
    operatorFee: sum(fills.map(feeFor)),
    marginalPremiumBps: fills.length === 0 ? 0 : Math.max(...fills.map((fill) => ladder.tierStepBps * (fill.tier + 1))),
    averagePremiumBps: `${digits.slice(0, -4)}.${digits.slice(-4)}`,
  };
}

/** Rule 4. `inUnits` floors to the unit. */
function divide(
  pools: readonly ClearPool[],
  demand: bigint,
  unit: bigint,
  inUnits: (amount: bigint) => bigint,
): ClearFill[] {
  // Rule 4, first half: everybody's exact share, floored to the unit.
  const supply = sum(pools.map((pool) => pool.available));
  const rows = pools.map((pool) => {
    const exact: Fraction = { n: pool.available * demand, d: supply };
    return { ...pool, exact, amount: inUnits(floor(exact)), gotOne: false };
  });
  // Rule 4, second half: one unit at a time to whoever misses most and has not had one; ties to the lower spoke.
  while (sum(rows.map((row) => row.amount)) < demand) {
    const missing = (row: (typeof rows)[number]): Fraction => minus(row.exact, whole(row.amount));
    const next = rows
      .filter((row) => !row.gotOne)
      .reduce((a, b) => {
        if (isSame(missing(a), missing(b))) return a.spoke < b.spoke ? a : b;
        return isMore(missing(b), missing(a)) ? b : a;
      });
    next.amount += unit;
    next.gotOne = true;
  }
  return rows.map(({ tier, spoke, amount }) => ({ tier, spoke, amount }));
}
