import type { SpokeToken } from './facts.js';

type Decimals = Pick<SpokeToken, 'localDecimals' | 'hubDecimals'>;

/** A spoke's amount in hub units, rounded down. */
export function toHubDown(amountLocal: bigint, token: Decimals): bigint {
  return scaleDown(amountLocal, token.localDecimals, token.hubDecimals);
}

/** A hub amount in the spoke's units, rounded down. */
export function toLocalDown(amountHub: bigint, token: Decimals): bigint {
  return scaleDown(amountHub, token.hubDecimals, token.localDecimals);
}

/** An amount with `from` decimals in units of `to` decimals. */
export function scaleDown(amount: bigint, from: number, to: number): bigint {
  return to >= from ? amount * 10n ** BigInt(to - from) : amount / 10n ** BigInt(from - to);
}

export function sum<Item>(items: Iterable<Item>, amountOf: (item: Item) => bigint): bigint {
  let total = 0n;
  for (const item of items) total += amountOf(item);
  return total;
}
