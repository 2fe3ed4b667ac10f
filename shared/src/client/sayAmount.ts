import { formatAmount } from './amount.js';
import type { BidTerms } from './bidTerms.js';

/** How amounts that a contract names are said to people. */
export interface SayAmount {
  /** An amount in hub units. */
  readonly hub: (units: unknown) => string;
  /** An amount in the spoke's own units. @param token Its name, where the amount alone would not say it. */
  readonly local: (units: unknown, token?: string) => string;
}

const smallest = (units: unknown, token?: string): string =>
  `${String(units)} smallest units${token === undefined ? '' : ` of ${token}`}`;

/** Where nothing is known of the token. */
export const saySmallestUnits: SayAmount = { hub: smallest, local: smallest };

/** In whole tokens of a basket: `1,000.50 tUSD`. */
export function sayTokens(
  { hubDecimals, localDecimals }: Pick<BidTerms, 'hubDecimals' | 'localDecimals'>,
  symbol: string,
): SayAmount {
  const shown = (units: unknown, decimals: number): string =>
    typeof units === 'bigint' ? `${formatAmount(units, decimals)} ${symbol}` : smallest(units);
  return { hub: (units) => shown(units, hubDecimals), local: (units) => shown(units, localDecimals) };
}
