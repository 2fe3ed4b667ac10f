import { formatAmount } from '@ala/shared/client/amount';

/**
 * An amount of smallest units with thousands apart, cut to `digits` decimals; what is above zero and would be shown as zero is `<0.01`.
 * @param decimals Of the token.
 */
export function shownAmount(amount: bigint, decimals: number, digits = 2): string {
  const step = 10n ** BigInt(Math.max(0, decimals - digits));
  if (amount > 0n && amount < step) return `<${formatAmount(step, decimals)}`;
  return formatAmount(amount - (amount % step), decimals);
}

/** A premium as people say it: `1.8166 %`, `2 %`, rounded down. @param bps Basis points, decimals allowed. */
export function percent(bps: number | string): string {
  return `${(Number(bps) / 100).toLocaleString('en', { maximumFractionDigits: 4, roundingMode: 'trunc' })} %`;
}

/** A part of a whole in percent, rounded down, so that nothing is called complete that is not. */
export function partOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1_000n) / whole) / 10;
}
