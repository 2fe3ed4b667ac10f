import { keccak256, AbiCoder } from 'ethers';
import { InvalidValueError } from './errors.js';
import { MAX_TIERS, parseSmallUint, UINT32_MAX } from './integers.js';

export { MAX_TIERS };

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** 20 bytes as `0x` and 40 lower-case hex digits. */
export type Address = Branded<string, 'Address'>;
/** 32 bytes as `0x` and 64 lower-case hex digits: a block or transaction hash, a struct hash. */
export type Hash = Branded<string, 'Hash'>;
/** An auction, bound to the hub's chain, the hub and the auction's terms. */
export type AuctionId = Branded<string, 'AuctionId'>;
/** EIP-712 digest of a plan: what the operators sign. */
export type PlanHash = Branded<string, 'PlanHash'>;
/** The part of one plan on one spoke. */
export type LegId = Branded<string, 'LegId'>;
/** EVM chain id. */
export type ChainId = Branded<number, 'ChainId'>;
/** Number of a spoke, from 1 up; also its peer id at the ports. */
export type SpokeId = Branded<number, 'SpokeId'>;
export type BasketId = Branded<number, 'BasketId'>;
export type MarketId = Branded<number, 'MarketId'>;
/** Step of a basket's ladder, 0-based, at most 63. */
export type Tier = Branded<number, 'Tier'>;

/** Peer id of the hub at the ports. */
export const HUB_PEER = 0;

export const ZERO_HASH = `0x${'0'.repeat(64)}` as Hash;
/** `prevPlan` of a basket's first plan. */
export const ZERO_PLAN_HASH = ZERO_HASH as string as PlanHash;

/** All constructors below take untrusted input and throw `InvalidValueError`. */
export function toAddress(value: unknown): Address {
  return parseHex('address', value, 20) as Address;
}

export function toHash(value: unknown): Hash {
  return parseHex('hash', value, 32) as Hash;
}

export function toAuctionId(value: unknown): AuctionId {
  return parseHex('auction id', value, 32) as AuctionId;
}

export function toPlanHash(value: unknown): PlanHash {
  return parseHex('plan hash', value, 32) as PlanHash;
}

export function toLegId(value: unknown): LegId {
  return parseHex('leg id', value, 32) as LegId;
}

export function toChainId(value: unknown): ChainId {
  return parseSmallUint('chain id', value, Number.MAX_SAFE_INTEGER, 1) as ChainId;
}

export function toSpokeId(value: unknown): SpokeId {
  return parseSmallUint('spoke id', value, UINT32_MAX, 1) as SpokeId;
}

export function toBasketId(value: unknown): BasketId {
  return parseSmallUint('basket id', value, UINT32_MAX, 1) as BasketId;
}

export function toMarketId(value: unknown): MarketId {
  return parseSmallUint('market id', value, UINT32_MAX, 1) as MarketId;
}

export function toTier(value: unknown): Tier {
  return parseSmallUint('tier', value, MAX_TIERS - 1) as Tier;
}

/** `keccak256(abi.encode(planHash, spoke))`. */
export function legId(planHash: PlanHash, spoke: SpokeId): LegId {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint32'], [planHash, spoke])) as LegId;
}

/** `0x` and exactly `bytes` bytes of hex digits of either case, returned in lower case. */
function parseHex(what: string, value: unknown, bytes: number): string {
  if (typeof value !== 'string' || value.length !== 2 + 2 * bytes || !/^0x[0-9a-fA-F]*$/.test(value)) {
    throw new InvalidValueError(what, value, `0x and ${2 * bytes} hex digits`);
  }
  return value.toLowerCase();
}
