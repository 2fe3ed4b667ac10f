import { rollPool, stayingUntil, type Pool } from '../pool.js';

/** Lengths of the buckets that the vectors' times are multiples of, seconds. */
const ENTRY_SEC = 60;
const EXIT_SEC = 300;
const START_SEC = 6_000;

export interface PoolVector {
  readonly name: string;
  readonly assets: bigint;
  readonly shares: bigint;
  /** Numbers of the buckets and what waits in them, in the order of time. */
  readonly entryBuckets: readonly number[];
  readonly entryAmounts: readonly bigint[];
  readonly exitBuckets: readonly number[];
  readonly exitShares: readonly bigint[];
  readonly nowSec: number;
  readonly callBySec: number;
  readonly rolledAssets: bigint;
  readonly rolledShares: bigint;
  /** Shares of each bucket of entries; zero if it is not due, or nothing was left in it. */
  readonly boughtShares: readonly bigint[];
  readonly stayingAssets: bigint;
  readonly stayingShares: bigint;
}

export interface PoolVectors {
  readonly entryBucketSec: number;
  readonly exitBucketSec: number;
  readonly pools: readonly PoolVector[];
}

/** Pools with what waits for them, rolled to a moment. */
export function poolVectors(): PoolVectors {
  const random = dice(20_261_127);
  return {
    entryBucketSec: ENTRY_SEC,
    exitBucketSec: EXIT_SEC,
    pools: [
      vector('empty', { assets: 0n, shares: 0n, entries: [], exits: [] }, START_SEC, START_SEC),
      vector('entry into an empty pool', entering(0n, 0n, [[6_060, 500n]]), 6_060, 6_200),
      vector('one second before it is active', entering(0n, 0n, [[6_060, 500n]]), 6_059, 6_200),
      vector('all of an entry was withdrawn', entering(333n, 1_000n, [[6_060, 0n]]), 6_060, 6_200),
      vector(
        'exit and entry at one time: the exit goes first, the entry is one to one',
        { assets: 333n, shares: 1_000n, entries: [{ activeAtSec: 6_300, amount: 50n }], exits: [exit(6_300, 1_000n)] },
        6_300,
        6_300,
      ),
      vector(
        'an exit due just before callBy does not stay',
        { assets: 333n, shares: 1_000n, entries: [], exits: [exit(6_300, 100n), exit(6_600, 1n)] },
        6_299,
        6_599,
      ),
      ...Array.from({ length: 40 }, (_, index) => randomVector(`random ${index}`, random)),
    ],
  };
}

function vector(name: string, pool: Pool, nowSec: number, callBySec: number): PoolVector {
  const rolled = rollPool(pool, nowSec);
  const staying = stayingUntil(pool, nowSec, callBySec);
  const bought = new Map(rolled.rolledEntries.map(({ activeAtSec, shares }) => [activeAtSec, shares]));
  return {
    name,
    assets: pool.assets,
    shares: pool.shares,
    entryBuckets: pool.entries.map(({ activeAtSec }) => activeAtSec / ENTRY_SEC),
    entryAmounts: pool.entries.map(({ amount }) => amount),
    exitBuckets: pool.exits.map(({ exitAtSec }) => exitAtSec / EXIT_SEC),
    exitShares: pool.exits.map(({ shares }) => shares),
    nowSec,
    callBySec,
    rolledAssets: rolled.assets,
    rolledShares: rolled.shares,
    boughtShares: pool.entries.map(({ activeAtSec }) => bought.get(activeAtSec) ?? 0n),
    stayingAssets: staying.assets,
    stayingShares: staying.shares,
  };
}

function randomVector(name: string, next: (bound: number) => number): PoolVector {
  const assets = magnitude(next);
  const shares = assets * BigInt(1 + next(3)) + BigInt(next(1_000));
  let left = shares;
  const exits = times(next, EXIT_SEC, next(4)).map((exitAtSec) => {
    const leaving = next(5) === 0 ? left : (left * BigInt(next(100))) / 100n;
    left -= leaving;
    return exit(exitAtSec, leaving);
  });
  const entries = times(next, ENTRY_SEC, next(6)).map((activeAtSec) => ({ activeAtSec, amount: magnitude(next) }));
  const nowSec = START_SEC + next(1_500);
  return vector(name, { assets, shares, entries, exits }, nowSec, nowSec + next(600));
}

/** Different multiples of `stepSec` after the start, in order; all of them within one mask. */
function times(next: (bound: number) => number, stepSec: number, count: number): number[] {
  const chosen = new Set(Array.from({ length: count }, () => START_SEC + stepSec * (1 + next(14))));
  return [...chosen].sort((a, b) => a - b);
}

const exit = (exitAtSec: number, shares: bigint) => ({ exitAtSec, shares });

function entering(assets: bigint, shares: bigint, entries: readonly (readonly [number, bigint])[]): Pool {
  return { assets, shares, entries: entries.map(([activeAtSec, amount]) => ({ activeAtSec, amount })), exits: [] };
}

/** All orders of magnitude alike. */
function magnitude(next: (bound: number) => number): bigint {
  return 1n + BigInt(next(2 ** 30)) * 10n ** BigInt(next(8)) + BigInt(next(1_000));
}

/** The same numbers for the same seed (mulberry32). */
function dice(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}
