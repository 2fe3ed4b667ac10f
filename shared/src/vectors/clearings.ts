import { AbiCoder } from 'ethers';
import { clear } from '../clear.js';
import type { ClearInput } from '../clearInput.js';
import { formatClearing } from '../clearFile.js';
import { collateralDown, demandDown, feeDown, floorToUnit, proRata } from '../clearingMath.js';
import type { SpokeId, Tier } from '../ids.js';
import { premiumBps } from '../ladder.js';

const STEP_TYPE =
  'tuple(uint256 debtLeft,uint256 collateralLeft,uint256 priceE36,uint256 premiumBps,uint256 operatorFeeBps,uint256 unit,uint256 demand,uint256[] available,uint256[] given,uint256[] collateral,uint256[] fee)[]';

export interface ClearingVector {
  readonly name: string;
  /** As `./ala clear` reads it. */
  readonly input: ClearInput;
  /** As `./ala clear` prints it. */
  readonly output: unknown;
  /** ABI encoding of the clearing tier by tier, for the formulas in Solidity; no tiers where small legs are left out. */
  readonly abi: string;
}

export function clearingVectors(): { clearings: ClearingVector[] } {
  const next = randomNumbers(2026);
  const random = Array.from({ length: 40 }, (_, index): [string, ClearInput] => [`random ${index}`, randomInput(next)]);
  return { clearings: [...namedInputs(), ...random].map(([name, value]) => clearingVector(name, value)) };
}

function namedInputs(): [string, ClearInput][] {
  return [
    ['nothing standing by', input({ pools: [] })],
    ['one pool', input({ pools: [[1, 0, 1_000_000_000n]] })],
    [
      'marginal tier pro rata',
      input({
        pools: [
          [1, 0, 400_000_000n],
          [2, 1, 700_000_001n],
          [3, 1, 600_000_001n],
        ],
      }),
    ],
    [
      'one unit left over goes to the lower spoke',
      input({
        debtLeft: 1_000_000_001n,
        pools: [
          [4, 0, 900_000_000n],
          [2, 0, 900_000_000n],
        ],
      }),
    ],
    [
      'unit of 100',
      input({
        unit: 100n,
        debtLeft: 1_000_000_077n,
        pools: [
          [1, 0, 333_333_333n],
          [2, 0, 555_555_555n],
          [3, 0, 777_777_777n],
        ],
      }),
    ],
    [
      'collateral runs out',
      input({
        collateralLeft: 5n * 10n ** 17n,
        pools: [
          [1, 0, 300_000_000n],
          [2, 5, 900_000_000n],
        ],
      }),
    ],
    [
      'small legs left out',
      input({
        minLeg: 50_000_000n,
        pools: [
          [1, 0, 20_000_000n],
          [2, 0, 30_000_000n],
          [3, 2, 2_000_000_000n],
        ],
      }),
    ],
    [
      'a small leg that is needed',
      input({
        minLeg: 50_000_000n,
        pools: [
          [1, 0, 20_000_000n],
          [2, 0, 980_000_000n],
        ],
      }),
    ],
    ['128 fills', input({ debtLeft: 10n ** 12n, collateralLeft: 10n ** 22n, pools: grid(32, 5, 1_000_000n) })],
    ['large amounts', input(LARGE)],
  ];
}

function clearingVector(name: string, value: ClearInput): ClearingVector {
  const output: unknown = JSON.parse(formatClearing(clear(value)));
  return { name, input: value, output, abi: AbiCoder.defaultAbiCoder().encode([STEP_TYPE], [steps(value)]) };
}

/** What happens at each tier that gives something. */
function steps({ auction, ladder, pools }: ClearInput): unknown[] {
  const { priceE36, operatorFeeBps, unit } = auction;
  if (auction.minLeg > 0n) return [];
  const result: unknown[] = [];
  let debtLeft = floorToUnit(auction.debtLeft, unit);
  let collateralLeft = auction.collateralLeft;
  let room = 128;
  for (let tier = 0; tier < ladder.tierCount; tier++) {
    const premium = premiumBps(ladder, tier as Tier);
    const available = pools
      .filter((pool) => pool.tier === tier && pool.available >= unit)
      .sort((a, b) => a.spoke - b.spoke)
      .map((pool) => floorToUnit(pool.available, unit));
    if (available.length === 0) continue;
    room -= available.length;
    const demand = demandDown({ debtLeft, collateralLeft, priceE36, premiumBps: premium, operatorFeeBps, unit });
    if (demand === 0n || room < 0) break;
    const supply = available.reduce((sum, amount) => sum + amount, 0n);
    const given = supply > demand ? proRata(available, demand, unit) : available;
    const collateral = given.map((amount) => collateralDown(amount, premium, priceE36));
    const fee = given.map((amount) => feeDown(amount, operatorFeeBps, priceE36));
    result.push([
      debtLeft,
      collateralLeft,
      priceE36,
      premium,
      operatorFeeBps,
      unit,
      demand,
      available,
      given,
      collateral,
      fee,
    ]);
    if (supply > demand) break;
    debtLeft -= supply;
    collateralLeft -= [...collateral, ...fee].reduce((sum, amount) => sum + amount, 0n);
  }
  return result;
}

/** Amounts near the largest that a message can carry. */
const LARGE: ClearingTerms = {
  debtLeft: 1n << 120n,
  collateralLeft: 1n << 126n,
  priceE36: 3n * 10n ** 36n,
  pools: [
    [1, 0, 1n << 118n],
    [2, 0, (1n << 119n) + 1n],
    [3, 29, 1n << 119n],
  ],
};

type Row = [spoke: number, tier: number, available: bigint];
type ClearingTerms = Partial<ClearInput['auction']> & { pools: Row[] };

/** 1,000 of a debt token of six decimals, against collateral of eighteen decimals worth 2,000 each. */
function input(of: ClearingTerms): ClearInput {
  const { pools, ...auction } = of;
  return {
    auction: {
      debtLeft: 1_000_000_000n,
      collateralLeft: 10n ** 18n,
      priceE36: 2_000n * 10n ** 24n,
      operatorFeeBps: 10,
      unit: 1n,
      minLeg: 0n,
      ...auction,
    },
    ladder: { tierStepBps: 50, tierCount: 30 },
    pools: pools.map(([spoke, tier, available]) => ({ spoke: spoke as SpokeId, tier: tier as Tier, available })),
  };
}

function grid(spokes: number, tiers: number, available: bigint): Row[] {
  return Array.from({ length: spokes * tiers }, (_, index) => [
    (index % spokes) + 1,
    Math.floor(index / spokes),
    available,
  ]);
}

function randomInput(next: (below: number) => number): ClearInput {
  const pools = grid(1 + next(5), 1 + next(4), 0n)
    .filter(() => next(4) > 0)
    .map(([spoke, tier]): Row => [spoke, tier, BigInt(next(600_000_000))]);
  return input({
    debtLeft: BigInt(next(2_000_000_000)),
    collateralLeft: BigInt(next(1_000_000)) * 10n ** 12n,
    priceE36: BigInt(1 + next(4_000_000_000)) * 10n ** 18n,
    operatorFeeBps: next(30),
    unit: [1n, 1n, 100n, 12_345n][next(4)] ?? 1n,
    minLeg: next(4) === 0 ? BigInt(next(300_000_000)) : 0n,
    pools,
  });
}

/** A small seeded generator (mulberry32): the vectors are the same on every machine. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
