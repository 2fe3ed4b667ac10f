/*
 * The three formulas of a clearing (protocol, "Clearing", rules 1 and 5), one division each. `priceE36` is the debt-token value of
 * one smallest unit of collateral, times 1e36. `contracts/src/libraries/Clearing.sol` has the same under the same names.
 */

export const E36 = 10n ** 36n;
const BPS = 10_000n;

/** `amount` rounded down to a multiple of `unit`. */
export function floorToUnit(amount: bigint, unit: bigint): bigint {
  return amount - (amount % unit);
}

/** How much debt can be covered at a premium with what is left, floored to `unit`. */
export function demandDown(args: {
  readonly debtLeft: bigint;
  readonly collateralLeft: bigint;
  readonly priceE36: bigint;
  readonly premiumBps: number;
  readonly operatorFeeBps: number;
  readonly unit: bigint;
}): bigint {
  const { debtLeft, collateralLeft, priceE36, unit } = args;
  const payoutBps = BPS + BigInt(args.premiumBps) + BigInt(args.operatorFeeBps);
  const affordable = (collateralLeft * priceE36 * BPS) / (E36 * payoutBps);
  return floorToUnit(affordable < debtLeft ? affordable : debtLeft, unit);
}

/** Collateral that the LPs get for `amount` of debt. */
export function collateralDown(amount: bigint, premiumBps: number, priceE36: bigint): bigint {
  return (amount * (BPS + BigInt(premiumBps)) * E36) / (BPS * priceE36);
}

/** Collateral that the operators get for `amount` of debt. */
export function feeDown(amount: bigint, operatorFeeBps: number, priceE36: bigint): bigint {
  return (amount * BigInt(operatorFeeBps) * E36) / (BPS * priceE36);
}

/**
 * Divides `demand`, which is less than all of `available` together, pro rata: each gets its floored share, and what is left goes
 * out one `unit` each, largest remainder first, ties to the lower index. `demand` and every available amount are multiples of `unit`.
 */
export function proRata(available: readonly bigint[], demand: bigint, unit: bigint): bigint[] {
  const supply = available.reduce((sum, amount) => sum + amount, 0n);
  const given = available.map((amount) => floorToUnit((amount * demand) / supply, unit));
  let left = demand - given.reduce((sum, amount) => sum + amount, 0n);
  const remainders = available.map((amount, index) => amount * demand - (given[index] ?? 0n) * supply);
  // The sort is stable: equal remainders stay in index order.
  const order = remainders.map((remainder, index) => ({ remainder, index }));
  order.sort((a, b) => (a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : 0));
  for (const { index } of order) {
    if (left === 0n) break;
    given[index] = (given[index] ?? 0n) + unit;
    left -= unit;
  }
  return given;
}
