import { AbiCoder, id, keccak256, verifyTypedData, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { toAddress, toChainId, toHash, type SpokeId, type Tier, ZERO_PLAN_HASH } from './ids.js';
import { legHash, PLAN_TYPES, parsePlan, planDomain, planHash, planHeader, snapshotHash, type Plan } from './plan.js';

const abi = AbiCoder.defaultAbiCoder();
const domain = planDomain({ chainId: toChainId(31337), auctionHub: toAddress(`0x${'42'.repeat(20)}`) });

const json = {
  auctionId: `0x${'aa'.repeat(32)}`,
  round: 1,
  basket: 2,
  prevPlan: ZERO_PLAN_HASH,
  priceE36: '2000000000000000000000000000',
  snapshotHash: `0x${'bb'.repeat(32)}`,
  callBy: 1_700_000_000,
  operatorSetId: 3,
  legs: [
    { spoke: 1, fills: [{ tier: 0, amount: '5' }] },
    {
      spoke: 4,
      fills: [
        { tier: 0, amount: '7' },
        { tier: 3, amount: '9' },
      ],
    },
  ],
};
const plan = parsePlan(json);

/** The EIP-712 encoding spelled out by hand, without ethers' typed data. */
function planHashByHand(of: Plan): string {
  const fillType = 'Fill(uint8 tier,uint128 amount)';
  const legType = 'Leg(uint32 spoke,Fill[] fills)';
  const planType =
    'Plan(bytes32 auctionId,uint32 round,uint32 basket,bytes32 prevPlan,uint256 priceE36,bytes32 snapshotHash,uint64 callBy,uint32 operatorSetId,Leg[] legs)';
  const concat = (hashes: string[]) => keccak256(`0x${hashes.map((hash) => hash.slice(2)).join('')}`);
  const encode = (types: string[], values: unknown[]) => keccak256(abi.encode(types, values));
  const legs = of.legs.map((leg) => {
    const fills = leg.fills.map((fill) =>
      encode(['bytes32', 'uint8', 'uint128'], [id(fillType), fill.tier, fill.amount]),
    );
    return encode(['bytes32', 'uint32', 'bytes32'], [id(legType + fillType), leg.spoke, concat(fills)]);
  });
  const struct = encode(
    ['bytes32', 'bytes32', 'uint32', 'uint32', 'bytes32', 'uint256', 'bytes32', 'uint64', 'uint32', 'bytes32'],
    [
      id(planType + fillType + legType),
      of.auctionId,
      of.round,
      of.basket,
      of.prevPlan,
      of.priceE36,
      of.snapshotHash,
      of.callBy,
      of.operatorSetId,
      concat(legs),
    ],
  );
  const separator = encode(
    ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'],
    [
      id('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
      id('ALA'),
      id('1'),
      31337,
      `0x${'42'.repeat(20)}`,
    ],
  );
  return keccak256(`0x1901${separator.slice(2)}${struct.slice(2)}`);
}

describe('plan hash', () => {
  it('is the EIP-712 digest as the standard spells it', () => {
    expect(planHash(domain, plan)).toBe(planHashByHand(plan));
  });

  it('is what a wallet signs', async () => {
    const wallet = new Wallet(`0x${'01'.repeat(32)}`);
    const signature = await wallet.signTypedData(domain, PLAN_TYPES, plan);
    expect(verifyTypedData(domain, PLAN_TYPES, plan, signature)).toBe(wallet.address);
    expect(wallet.signingKey.sign(planHash(domain, plan)).serialized).toBe(signature);
  });

  it('changes with every field, leg and fill', () => {
    const others = [
      { ...plan, round: 2 },
      { ...plan, priceE36: plan.priceE36 + 1n },
      { ...plan, callBy: plan.callBy + 1 },
      { ...plan, legs: plan.legs.slice(1) },
      { ...plan, legs: [{ spoke: 1 as SpokeId, fills: [{ tier: 1 as Tier, amount: 5n }] }, ...plan.legs.slice(1)] },
    ];
    expect(new Set([plan, ...others].map((each) => planHash(domain, each))).size).toBe(6);
  });

  it('does not depend on fields that a header leaves out of the plan', () => {
    expect(planHash(domain, { ...planHeader(plan), legs: plan.legs })).toBe(planHash(domain, plan));
  });

  it('hashes each leg apart', () => {
    expect(new Set(plan.legs.map(legHash)).size).toBe(2);
  });
});

describe('parsePlan', () => {
  it('reads a decoded event as well as JSON', () => {
    const type =
      'tuple(bytes32 auctionId,uint32 round,uint32 basket,bytes32 prevPlan,uint256 priceE36,bytes32 snapshotHash,uint64 callBy,uint32 operatorSetId,tuple(uint32 spoke,tuple(uint8 tier,uint128 amount)[] fills)[] legs)';
    expect(parsePlan(abi.decode([type], abi.encode([type], [plan]))[0])).toEqual(plan);
  });

  it('refuses legs and fills out of order, and amounts that do not fit', () => {
    const [first, second] = json.legs;
    expect(() => parsePlan({ ...json, legs: [second, first] })).toThrow('legs');
    expect(() => parsePlan({ ...json, legs: [first, first] })).toThrow('legs');
    const fills = [
      { tier: 2, amount: '1' },
      { tier: 2, amount: '1' },
    ];
    expect(() => parsePlan({ ...json, legs: [{ spoke: 1, fills }] })).toThrow('fills');
    const tooMuch = [{ tier: 2, amount: 1n << 128n }];
    expect(() => parsePlan({ ...json, legs: [{ spoke: 1, fills: tooMuch }] })).toThrow('amount');
    expect(() => parsePlan({ ...json, basket: undefined })).toThrow('basket');
  });
});

describe('snapshot hash', () => {
  it('is an EIP-712 struct hash without a domain', () => {
    const blockType = 'SpokeBlock(uint32 spoke,uint64 number,bytes32 blockHash)';
    const type = `Snapshot(uint64 hubBlock,uint64 hubTimestamp,bytes32 hubHash,SpokeBlock[] spokes)${blockType}`;
    const blockHash = toHash(`0x${'cc'.repeat(32)}`);
    const block = keccak256(abi.encode(['bytes32', 'uint32', 'uint64', 'bytes32'], [id(blockType), 1, 77, blockHash]));
    const byHand = keccak256(
      abi.encode(['bytes32', 'uint64', 'uint64', 'bytes32', 'bytes32'], [id(type), 5, 6, blockHash, keccak256(block)]),
    );
    const spokes = [{ spoke: 1 as SpokeId, number: 77, blockHash }];
    expect(snapshotHash({ hubBlock: 5, hubTimestamp: 6, hubHash: blockHash, spokes })).toBe(byHand);
  });
});
