import { AbiCoder, TypedDataEncoder } from 'ethers';
import { legId, toAddress, toChainId, toSpokeId, ZERO_HASH, ZERO_PLAN_HASH } from '../ids.js';
import { UINT128_MAX, UINT256_MAX, UINT32_MAX } from '../integers.js';
import {
  legHash,
  parsePlan,
  parseSnapshot,
  planDomain,
  planHash,
  snapshotHash,
  type Plan,
  type Snapshot,
} from '../plan.js';

const PLAN_TYPE =
  'tuple(bytes32 auctionId,uint32 round,uint32 basket,bytes32 prevPlan,uint256 priceE36,bytes32 snapshotHash,uint64 callBy,uint32 operatorSetId,tuple(uint32 spoke,tuple(uint8 tier,uint128 amount)[] fills)[] legs)';
const SNAPSHOT_TYPE =
  'tuple(uint64 hubBlock,uint64 hubTimestamp,bytes32 hubHash,tuple(uint32 spoke,uint64 number,bytes32 blockHash)[] spokes)';

export interface PlanVector {
  readonly name: string;
  readonly hubChainId: number;
  readonly auctionHub: string;
  readonly plan: Plan;
  /** ABI encoding of the Solidity struct. */
  readonly abi: string;
  readonly domainSeparator: string;
  readonly legHashes: readonly string[];
  readonly planHash: string;
  /** Of the legs, in order. */
  readonly legIds: readonly string[];
}

export interface SnapshotVector {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly abi: string;
  readonly snapshotHash: string;
}

const hash = (byte: string) => `0x${byte.repeat(32)}`;

const plan = parsePlan({
  auctionId: hash('a1'),
  round: 1,
  basket: 2,
  prevPlan: hash('b2'),
  priceE36: 2_345n * 10n ** 24n,
  snapshotHash: hash('c3'),
  callBy: 1_800_000_000,
  operatorSetId: 3,
  legs: [
    { spoke: 1, fills: [{ tier: 0, amount: 1_000_000n }] },
    {
      spoke: 3,
      fills: [
        { tier: 0, amount: 2_000_000n },
        { tier: 4, amount: 123_456n },
      ],
    },
  ],
});

export function planVectors(): { plans: PlanVector[]; snapshots: SnapshotVector[] } {
  const manyLegs = Array.from({ length: 32 }, (_, index) => ({
    spoke: index * 7 + 1,
    fills: Array.from({ length: 4 }, (_unused, tier) => ({
      tier: tier * 5,
      amount: 10n ** BigInt(index) + BigInt(tier),
    })),
  }));
  const largest = {
    ...plan,
    round: UINT32_MAX,
    basket: UINT32_MAX,
    priceE36: UINT256_MAX,
    callBy: Number.MAX_SAFE_INTEGER,
    operatorSetId: UINT32_MAX,
    legs: [{ spoke: UINT32_MAX, fills: [{ tier: 63, amount: UINT128_MAX }] }],
  };
  const plans: [string, number, string, Plan][] = [
    ['two legs', 31_337, '42', plan],
    ['another chain', 1, '42', plan],
    ['another hub', 31_337, '43', plan],
    ['the first plan of a basket', 31_337, '42', { ...plan, round: 0, prevPlan: ZERO_PLAN_HASH }],
    ['no legs', 31_337, '42', { ...plan, legs: [] }],
    ['a leg without fills', 31_337, '42', { ...plan, legs: [{ spoke: toSpokeId(1), fills: [] }] }],
    ['the largest values', Number.MAX_SAFE_INTEGER, 'ff', parsePlan(largest)],
    ['32 legs of four tiers', 31_337, '42', parsePlan({ ...plan, legs: manyLegs })],
  ];
  const block = { spoke: 1, number: 77, blockHash: hash('d4') };
  const snapshot = { hubBlock: 99, hubTimestamp: 1_800_000_001, hubHash: hash('e5'), spokes: [block] };
  const spokes = [
    block,
    { spoke: 2, number: 0, blockHash: ZERO_HASH },
    { spoke: 9, number: 12, blockHash: hash('f6') },
  ];
  const snapshots: [string, unknown][] = [
    ['one spoke', snapshot],
    ['three spokes, one unreadable', { ...snapshot, spokes }],
    ['no spokes', { ...snapshot, spokes: [] }],
  ];
  return {
    plans: plans.map(([name, chainId, byte, value]) => planVector(name, chainId, `0x${byte.repeat(20)}`, value)),
    snapshots: snapshots.map(([name, value]) => snapshotVector(name, parseSnapshot(value))),
  };
}

function planVector(name: string, hubChainId: number, auctionHub: string, value: Plan): PlanVector {
  const domain = planDomain({ chainId: toChainId(hubChainId), auctionHub: toAddress(auctionHub) });
  const digest = planHash(domain, value);
  return {
    name,
    hubChainId,
    auctionHub,
    plan: value,
    abi: AbiCoder.defaultAbiCoder().encode([PLAN_TYPE], [value]),
    domainSeparator: TypedDataEncoder.hashDomain(domain),
    legHashes: value.legs.map(legHash),
    planHash: digest,
    legIds: value.legs.map((leg) => legId(digest, leg.spoke)),
  };
}

function snapshotVector(name: string, snapshot: Snapshot): SnapshotVector {
  const abi = AbiCoder.defaultAbiCoder().encode([SNAPSHOT_TYPE], [snapshot]);
  return { name, snapshot, abi, snapshotHash: snapshotHash(snapshot) };
}
