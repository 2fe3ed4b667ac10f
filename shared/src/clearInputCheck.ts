import type { ClearInput } from './clearInput.js';
import { ClearInputError } from './errors.js';
import { MAX_TIERS, UINT256_MAX, UINT32_MAX } from './integers.js';

const MAX_BPS = 10_000;

/** @throws ClearInputError naming the first field that a clearing cannot be computed from. */
export function checkClearInput({ auction, ladder, pools }: ClearInput): void {
  checkAmount('auction.debtLeft', auction.debtLeft);
  checkAmount('auction.collateralLeft', auction.collateralLeft);
  checkAmount('auction.priceE36', auction.priceE36, 1n);
  checkInteger('auction.operatorFeeBps', auction.operatorFeeBps, 0, MAX_BPS);
  checkAmount('auction.unit', auction.unit, 1n);
  checkAmount('auction.minLeg', auction.minLeg);
  checkInteger('ladder.tierStepBps', ladder.tierStepBps, 1, MAX_BPS);
  checkInteger('ladder.tierCount', ladder.tierCount, 1, MAX_TIERS);
  const seen = new Map<number, number>();
  pools.forEach((pool, index) => {
    const path = `pools[${index}]`;
    checkInteger(`${path}.spoke`, pool.spoke, 1, UINT32_MAX);
    checkInteger(`${path}.tier`, pool.tier, 0, ladder.tierCount - 1);
    checkAmount(`${path}.available`, pool.available);
    const key = pool.spoke * MAX_TIERS + pool.tier;
    const first = seen.get(key);
    if (first !== undefined) {
      throw new ClearInputError(path, `duplicate of pools[${first}] (spoke ${pool.spoke}, tier ${pool.tier})`);
    }
    seen.set(key, index);
  });
}

function checkAmount(path: string, value: bigint, min = 0n): void {
  if (value < min || value > UINT256_MAX) {
    throw new ClearInputError(path, `must be an integer from ${min} to 2^256 - 1, is ${value}`);
  }
}

function checkInteger(path: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new ClearInputError(path, `must be an integer from ${min} to ${max}, is ${value}`);
  }
}
