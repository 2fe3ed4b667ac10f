import { getAddress, isAddress } from 'ethers';
import { z } from 'zod';
import { UINT128_MAX } from '@ala/shared/integers';

/**
 * Scalars as they stand in the file. All of them are read as text: YAML itself would take an address for a hexadecimal
 * number, `no` for false, and an amount above 2^53 for another amount.
 */
export const text = z.string().min(1, 'expected a text that is not empty');

/** A name that stands in keys and in printed lines. */
export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'expected letters, digits, ".", "-" or "_"');

/** A whole number from `least` to `most`. */
export function uint(most: number, least = 0): z.ZodType<number, string> {
  const expected = `expected a whole number from ${least} to ${most}`;
  return digits(expected)
    .transform(Number)
    .refine((value) => value >= least && value <= most, expected);
}

export const uint8 = uint(0xff);
export const uint32 = uint(0xffff_ffff);
/** A duration in seconds that is not zero. */
export const seconds = uint(0xffff_ffff, 1);
/** Hundredths of a percent, below the whole. */
export const bps = uint(9_999);
/** Spokes, baskets, markets and operator sets are numbered from 1 up. */
export const id = uint(0xffff_ffff, 1);

/** A positive amount in smallest units; `_` may stand between digits. */
export const amount: z.ZodType<bigint, string> = amountFrom(1n);
/** What a contract takes up to a limit of its own, and not zero. */
export const upTo = (most: bigint): z.ZodType<bigint, string> => amountFrom(1n, most);
/** As `amount`, or zero. */
export const amountOrZero: z.ZodType<bigint, string> = amountFrom(0n);

/** An address: 40 hex digits, in one case or with the right checksum, and not zero. */
export const address: z.ZodType<string, string> = z
  .string()
  .refine((value) => isAddress(value) && value.startsWith('0x'), 'expected an address with the right checksum')
  .transform((value) => getAddress(value))
  .refine((value) => BigInt(value) !== 0n, 'the zero address stands for nobody');

function amountFrom(least: bigint, most = UINT128_MAX): z.ZodType<bigint, string> {
  const expected = `expected a whole number from ${least} to ${most === UINT128_MAX ? '2^128 - 1' : most}`;
  return digits(expected)
    .transform(BigInt)
    .refine((value) => value >= least && value <= most, expected);
}

function digits(expected: string) {
  return z
    .string(expected)
    .regex(/^\d+(_\d+)*$/, { message: expected, abort: true })
    .transform((value) => value.replaceAll('_', ''));
}
