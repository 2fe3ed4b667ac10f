/** Deposits that become active at one time, hub units. */
export interface PoolEntry {
  readonly activeAtSec: number;
  readonly amount: bigint;
}

/** Shares that leave at one time. */
export interface PoolExit {
  readonly exitAtSec: number;
  readonly shares: bigint;
}

/** A pool as its last events show it; amounts in hub units. What waits may have become due since. */
export interface Pool {
  readonly assets: bigint;
  readonly shares: bigint;
  readonly entries: readonly PoolEntry[];
  /** Of the current epoch. */
  readonly exits: readonly PoolExit[];
}

/** Deposits that have become shares: each `a` of `amount` has `a * shares / amount` of them, rounded down. */
export interface RolledEntry extends PoolEntry {
  readonly shares: bigint;
}

export interface RolledPool extends Pool {
  readonly rolledEntries: readonly RolledEntry[];
}

/** What a plan may count on. */
export interface StayingPool {
  readonly assets: bigint;
  readonly shares: bigint;
}

/**
 * Pure: the pool once everything that is due at `nowSec` has entered or left it, in the order of time, exits before entries of
 * the same time, each at the ratio of that moment. The same as `PoolSchedule.roll` on the spoke; `test/vectors/pools.json`
 * holds both to each other.
 */
export function rollPool(pool: Pool, nowSec: number): RolledPool {
  let { assets, shares } = pool;
  const rolledEntries: RolledEntry[] = [];
  for (const step of dueInOrder(pool, nowSec)) {
    if ('exitAtSec' in step) {
      if (shares === 0n) continue;
      assets -= (step.shares * assets) / shares;
      shares -= step.shares;
    } else if (step.amount > 0n) {
      const bought = shares === 0n ? step.amount : (step.amount * shares) / assets;
      rolledEntries.push({ ...step, shares: bought });
      assets += step.amount;
      shares += bought;
    }
  }
  return {
    assets,
    shares,
    entries: pool.entries.filter(({ activeAtSec }) => activeAtSec > nowSec),
    exits: pool.exits.filter(({ exitAtSec }) => exitAtSec > nowSec),
    rolledEntries,
  };
}

/**
 * Pure: what of the pool is active at `nowSec` and has not left by `callBySec`, whatever enters or is called in between:
 * `floor(assets * staying / shares)`.
 */
export function stayingUntil(pool: Pool, nowSec: number, callBySec: number): StayingPool {
  const { assets, shares, exits } = rollPool(pool, nowSec);
  const leaving = exits.filter(({ exitAtSec }) => exitAtSec <= callBySec);
  const staying = leaving.reduce((left, exit) => left - exit.shares, shares);
  return { assets: shares === 0n ? 0n : (assets * staying) / shares, shares: staying };
}

function dueInOrder(pool: Pool, nowSec: number): (PoolEntry | PoolExit)[] {
  const time = (step: PoolEntry | PoolExit): number => ('exitAtSec' in step ? step.exitAtSec : step.activeAtSec);
  // The sort is stable: exits stand first, so they stay before entries of the same time.
  return [...pool.exits, ...pool.entries].filter((step) => time(step) <= nowSec).sort((a, b) => time(a) - time(b));
}
