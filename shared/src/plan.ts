import { TypedDataEncoder, type TypedDataDomain, type TypedDataField } from 'ethers';
import { InvalidValueError } from './errors.js';
import {
  toAuctionId,
  toBasketId,
  toHash,
  toPlanHash,
  toSpokeId,
  toTier,
  type Address,
  type AuctionId,
  type BasketId,
  type ChainId,
  type Hash,
  type PlanHash,
  type SpokeId,
  type Tier,
} from './ids.js';
import { parseSmallUint, parseUint, UINT128_MAX, UINT32_MAX } from './integers.js';

/** What a plan draws from one tier of one spoke; `amount` in hub units of the debt token. */
export interface Fill {
  readonly tier: Tier;
  readonly amount: bigint;
}

/** The part of a plan on one spoke; fills strictly ascending by tier. */
export interface Leg {
  readonly spoke: SpokeId;
  readonly fills: readonly Fill[];
}

/** A plan without its legs: with the legs' hashes it yields the same plan hash. */
export interface PlanHeader {
  readonly auctionId: AuctionId;
  /** 0-based round of the auction. */
  readonly round: number;
  readonly basket: BasketId;
  /** The basket's plan before this one. */
  readonly prevPlan: PlanHash;
  /** Debt value of one smallest unit of collateral, times 1e36, at the snapshot's hub block. */
  readonly priceE36: bigint;
  readonly snapshotHash: Hash;
  /** Last second at which a spoke accepts the plan's call. */
  readonly callBy: number;
  readonly operatorSetId: number;
}

/** One clearing, as signed by a quorum of operators; legs strictly ascending by spoke. */
export interface Plan extends PlanHeader {
  readonly legs: readonly Leg[];
}

/** The block at which a spoke was read; number and hash zero if it was unreadable, and then unused. */
export interface SpokeBlock {
  readonly spoke: SpokeId;
  readonly number: number;
  readonly blockHash: Hash;
}

/** The blocks from which all inputs of a clearing follow; spokes strictly ascending. */
export interface Snapshot {
  readonly hubBlock: number;
  readonly hubTimestamp: number;
  readonly hubHash: Hash;
  readonly spokes: readonly SpokeBlock[];
}

const FILL = [
  { name: 'tier', type: 'uint8' },
  { name: 'amount', type: 'uint128' },
];
const LEG = [
  { name: 'spoke', type: 'uint32' },
  { name: 'fills', type: 'Fill[]' },
];

/** EIP-712 types of a plan, for `signTypedData(domain, PLAN_TYPES, plan)`. */
export const PLAN_TYPES: Record<string, TypedDataField[]> = {
  Plan: [
    { name: 'auctionId', type: 'bytes32' },
    { name: 'round', type: 'uint32' },
    { name: 'basket', type: 'uint32' },
    { name: 'prevPlan', type: 'bytes32' },
    { name: 'priceE36', type: 'uint256' },
    { name: 'snapshotHash', type: 'bytes32' },
    { name: 'callBy', type: 'uint64' },
    { name: 'operatorSetId', type: 'uint32' },
    { name: 'legs', type: 'Leg[]' },
  ],
  Leg: LEG,
  Fill: FILL,
};

const SNAPSHOT_TYPES: Record<string, TypedDataField[]> = {
  Snapshot: [
    { name: 'hubBlock', type: 'uint64' },
    { name: 'hubTimestamp', type: 'uint64' },
    { name: 'hubHash', type: 'bytes32' },
    { name: 'spokes', type: 'SpokeBlock[]' },
  ],
  SpokeBlock: [
    { name: 'spoke', type: 'uint32' },
    { name: 'number', type: 'uint64' },
    { name: 'blockHash', type: 'bytes32' },
  ],
};

/** The EIP-712 domain of all plans of one hub; spokes on other chains use the same one. */
export function planDomain(hub: { chainId: ChainId; auctionHub: Address }): TypedDataDomain {
  return { name: 'ALA', version: '1', chainId: hub.chainId, verifyingContract: hub.auctionHub };
}

/** The EIP-712 digest of `plan`: what operators sign and what `prevPlan` of the next plan names. */
export function planHash(domain: TypedDataDomain, plan: Plan): PlanHash {
  return TypedDataEncoder.hash(domain, PLAN_TYPES, plan) as PlanHash;
}

/** EIP-712 struct hash of a leg: what a spoke is given of the other spokes' legs. */
export function legHash(leg: Leg): Hash {
  return TypedDataEncoder.hashStruct('Leg', { Leg: LEG, Fill: FILL }, leg) as Hash;
}

/** EIP-712 struct hash of a snapshot (no domain): a plan's `snapshotHash`. */
export function snapshotHash(snapshot: Snapshot): Hash {
  return TypedDataEncoder.hashStruct('Snapshot', SNAPSHOT_TYPES, snapshot) as Hash;
}

/** `plan` without its legs, as `callCapital` takes it. */
export function planHeader(plan: Plan): PlanHeader {
  const { auctionId, round, basket, prevPlan, priceE36, snapshotHash, callBy, operatorSetId } = plan;
  return { auctionId, round, basket, prevPlan, priceE36, snapshotHash, callBy, operatorSetId };
}

/**
 * A plan from the named values of an ethers `Result` (an event or call), or from JSON.
 * @throws InvalidValueError if a field is out of range, or legs or fills are not strictly ascending.
 */
export function parsePlan(value: unknown): Plan {
  const fields = asRecord('plan', value);
  const legs = asArray('legs', fields['legs']).map(parseLeg);
  checkAscending('legs', legs, (leg) => leg.spoke);
  return {
    auctionId: toAuctionId(fields['auctionId']),
    round: parseSmallUint('round', fields['round'], UINT32_MAX),
    basket: toBasketId(fields['basket']),
    prevPlan: toPlanHash(fields['prevPlan']),
    priceE36: parseUint('priceE36', fields['priceE36']),
    snapshotHash: toHash(fields['snapshotHash']),
    callBy: parseSmallUint('callBy', fields['callBy']),
    operatorSetId: parseSmallUint('operatorSetId', fields['operatorSetId'], UINT32_MAX),
    legs,
  };
}

function parseLeg(value: unknown): Leg {
  const fields = asRecord('leg', value);
  const fills = asArray('fills', fields['fills']).map((item): Fill => {
    const fill = asRecord('fill', item);
    return { tier: toTier(fill['tier']), amount: parseUint('amount', fill['amount'], UINT128_MAX) };
  });
  checkAscending('fills', fills, (fill) => fill.tier);
  return { spoke: toSpokeId(fields['spoke']), fills };
}

/** A snapshot from an ethers `Result` or JSON; throws like `parsePlan`. */
export function parseSnapshot(value: unknown): Snapshot {
  const fields = asRecord('snapshot', value);
  const spokes = asArray('spokes', fields['spokes']).map((item): SpokeBlock => {
    const block = asRecord('spoke block', item);
    return {
      spoke: toSpokeId(block['spoke']),
      number: parseSmallUint('number', block['number']),
      blockHash: toHash(block['blockHash']),
    };
  });
  checkAscending('spokes', spokes, (block) => block.spoke);
  return {
    hubBlock: parseSmallUint('hubBlock', fields['hubBlock']),
    hubTimestamp: parseSmallUint('hubTimestamp', fields['hubTimestamp']),
    hubHash: toHash(fields['hubHash']),
    spokes,
  };
}

function asRecord(what: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new InvalidValueError(what, value, 'an object');
  return value as Record<string, unknown>;
}

function asArray(what: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new InvalidValueError(what, value, 'an array');
  // An ethers Result maps lazily and keeps its class; a plain array does not.
  return Array.from(value as unknown[]);
}

function checkAscending<Item>(what: string, items: readonly Item[], key: (item: Item) => number): void {
  items.forEach((item, index) => {
    const before = items[index - 1];
    if (before !== undefined && key(before) >= key(item)) {
      throw new InvalidValueError(what, key(item), `strictly ascending, above ${key(before)}`);
    }
  });
}
