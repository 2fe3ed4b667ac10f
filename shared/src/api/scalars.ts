import { z } from 'zod';

/*
 * What the answers of the API are made of. Amounts are decimal strings of a smallest unit, which the field's name ends with:
 * `DebtUnits` (the basket's debt token on the hub), `CollateralUnits` (the market's collateral on the hub), `TokenUnits` (the token
 * named beside it, on its own chain), `Wei`. Times are whole seconds since 1970.
 */

export const uintText = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .describe('Decimal digits of an unsigned integer');

export const addressText = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/)
  .describe('20 bytes as 0x and lower-case hex digits');

export const hashText = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .describe('32 bytes as 0x and lower-case hex digits');

/** Not below zero; JavaScript holds it exactly. */
export const count = z.int().min(0);
export const seconds = z.int().min(0);
export const tier = z.int().min(0).max(63);
export const bps = z.int().min(0);

/** Basis points with four decimals, as clearing gives the average premium. */
export const bpsText = z.string().regex(/^\d+\.\d{4}$/);

export const bridgeName = z.enum(['layerzero', 'wormhole', 'local']);

/** Where on a chain something happened. */
export const place = z.object({
  chain: z.string(),
  blockNumber: count,
  txHash: hashText,
  timestampSec: seconds,
});

export type Place = z.infer<typeof place>;

/** A page of a list: `nextCursor` is given back as `cursor`, and is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
