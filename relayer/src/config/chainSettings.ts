import { z } from 'zod';
import type { Deployment } from '@ala/shared/deployment';
import { httpUrl } from './sender.js';

/** Fees in gwei a unit of gas, fractions allowed. */
export const gwei = z
  .number()
  .positive()
  .max(1_000_000)
  .transform((value) => BigInt(Math.round(value * 1e9)));

/** An amount as text, for a YAML number is exact up to 2^53 only. */
export const amountOf = (unit: string) =>
  z
    .union([z.string(), z.number()])
    .refine((value) => (typeof value === 'string' ? /^\d+$/.test(value) : Number.isSafeInteger(value) && value >= 0), {
      error: `expected an amount of ${unit}, in quotes: "50000000000000000"`,
    })
    .transform(BigInt);

export const wei = amountOf('wei');

/** What may differ from chain to chain, by the chain's name; the rest is as for all. */
export const chainSettings = z.record(
  z.string(),
  z.strictObject({
    maxFeePerGasGwei: gwei.optional(),
    minBalanceWei: wei.optional(),
    /** Endpoints of the chain, in place of the deployment file's `rpcUrl`, the preferred one first. */
    rpcUrls: z.array(httpUrl).min(1).optional(),
    /** Tells of new blocks; what they hold is read from the endpoints. */
    wsUrl: z.url({ protocol: /^wss?$/, error: 'expected a URL that begins with ws:// or wss://' }).optional(),
    /** When a block is final: by the node's tag, or so many blocks below the head. */
    finality: z.union([z.enum(['finalized', 'safe']), z.int().min(1).max(100_000)]).optional(),
    /** Blocks above this one may be undone though they were final: to go on after a halt. */
    acceptReorgTo: z.int().min(0).optional(),
    /** A signer that serves a single chain has an address of its own for each. */
    externalSignerUrl: httpUrl.optional(),
  }),
);

export interface PaymentSettings {
  /** In wei a unit of gas. */
  readonly maxFeePerGasWei: bigint;
  /** Below this a warning is written; null: never. */
  readonly minBalanceWei: bigint | null;
}

/** As configured for all chains, and for some of them. */
export interface ChainDefaults {
  readonly maxFeePerGasGwei: bigint;
  readonly minBalanceWei?: bigint | undefined;
  readonly chains?: z.infer<typeof chainSettings> | undefined;
}

/** What holds on this chain. */
export function paymentSettings(config: ChainDefaults, chain: string): PaymentSettings {
  const own = config.chains?.[chain];
  return {
    maxFeePerGasWei: own?.maxFeePerGasGwei ?? config.maxFeePerGasGwei,
    minBalanceWei: own?.minBalanceWei ?? config.minBalanceWei ?? null,
  };
}

/** Settings at `path`, by the names of chains, of chains that are none. */
export function chainSettingsProblems(path: string, settings: unknown, { chains }: Deployment): string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  const names = chains.map(({ name }) => name);
  return Object.keys(settings)
    .filter((name) => !names.includes(name))
    .map((name) => `${path}.${name}: the deployment has no chain of this name; it has ${names.join(', ')}`);
}
