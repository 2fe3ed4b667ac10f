/** EIP-1559 fees of a transaction, in wei a unit of gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What a chain asks now, in wei a unit of gas. */
export interface FeeMarket {
  /** Of the newest block. */
  readonly baseFeeWei: bigint;
  readonly tipWei: bigint;
}

/** A base fee can double, in six full blocks, before the transaction is priced out. */
const BASE_FEE_FACTOR = 2n;
/** Nodes ask for 10 % more of a replacement; some for 12.5 %. In thousandths of the replaced fee. */
const BUMP = 1_125n;

/** Fees of a first attempt, never above the cap; null while the base fee is above it. */
export function firstFees({ baseFeeWei, tipWei }: FeeMarket, capWei: bigint): Fees | null {
  if (baseFeeWei > capWei) return null;
  return within(capWei, { maxFeePerGas: baseFeeWei * BASE_FEE_FACTOR + tipWei, maxPriorityFeePerGas: tipWei });
}

/**
 * Fees of an attempt that replaces another one: both at least 12.5 % higher, and no lower than a first attempt's would be. Null if
 * the cap leaves no room for that, or if the base fee is above it: what waits already is then the best there is.
 */
export function replacementFees(replaced: Fees, market: FeeMarket, capWei: bigint): Fees | null {
  const fresh = firstFees(market, capWei);
  const least = bumped(replaced.maxFeePerGas);
  if (fresh === null || least > capWei) return null;
  return within(capWei, {
    maxFeePerGas: larger(least, fresh.maxFeePerGas),
    maxPriorityFeePerGas: larger(bumped(replaced.maxPriorityFeePerGas), fresh.maxPriorityFeePerGas),
  });
}

/** Always more than before: a node refuses a replacement whose tip is equal, zero included. */
function bumped(wei: bigint): bigint {
  return (wei * BUMP) / 1_000n + 1n;
}

/** A tip above the whole fee is refused by every node. */
function within(capWei: bigint, { maxFeePerGas, maxPriorityFeePerGas }: Fees): Fees {
  const fee = smaller(maxFeePerGas, capWei);
  return { maxFeePerGas: fee, maxPriorityFeePerGas: smaller(maxPriorityFeePerGas, fee) };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
