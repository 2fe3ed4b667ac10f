import { InvalidValueError } from './errors.js';

export const UINT8_MAX = 0xff;
export const UINT32_MAX = 0xffff_ffff;
export const UINT128_MAX = (1n << 128n) - 1n;
export const UINT256_MAX = (1n << 256n) - 1n;

/**
 * A non-negative integer as bigint, from a bigint, an integer number or a string of decimal digits (as PostgreSQL, JSON and
 * ethers give it).
 * @throws InvalidValueError if `value` is something else or above `max`.
 */
export function parseUint(what: string, value: unknown, max: bigint = UINT256_MAX): bigint {
  const parsed = tryBigInt(value);
  if (parsed === undefined || parsed < 0n || parsed > max) {
    throw new InvalidValueError(what, value, `an integer from 0 to ${max}`);
  }
  return parsed;
}

/** The same as a number, for what is small by nature: ids, tiers, seconds, block numbers. */
export function parseSmallUint(what: string, value: unknown, max = Number.MAX_SAFE_INTEGER, min = 0): number {
  const parsed = tryBigInt(value);
  if (parsed === undefined || parsed < BigInt(min) || parsed > BigInt(max)) {
    throw new InvalidValueError(what, value, `an integer from ${min} to ${max}`);
  }
  return Number(parsed);
}

function tryBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value === 'string' && /^(0|[1-9][0-9]*)$/.test(value)) return BigInt(value);
  return undefined;
}

export const MAX_TIERS = 64;
