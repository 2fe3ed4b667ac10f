import { describe, expect, it } from 'vitest';
import { firstFees, replacementFees, type Fees } from './fees.js';

const CAP = 1_000n;
const fees = (maxFeePerGas: bigint, maxPriorityFeePerGas: bigint): Fees => ({ maxFeePerGas, maxPriorityFeePerGas });

describe('a first attempt', () => {
  it('bears a base fee that doubles', () => {
    expect(firstFees({ baseFeeWei: 100n, tipWei: 7n }, CAP)).toEqual(fees(207n, 7n));
  });

  it('stays at the cap, and its tip below its fee', () => {
    expect(firstFees({ baseFeeWei: 600n, tipWei: 7n }, CAP)).toEqual(fees(1_000n, 7n));
    expect(firstFees({ baseFeeWei: 10n, tipWei: 5_000n }, CAP)).toEqual(fees(1_000n, 1_000n));
  });

  it('waits while the base fee alone is above the cap', () => {
    expect(firstFees({ baseFeeWei: 1_000n, tipWei: 7n }, CAP)).toEqual(fees(1_000n, 7n));
    expect(firstFees({ baseFeeWei: 1_001n, tipWei: 0n }, CAP)).toBeNull();
  });
});

describe('a replacement', () => {
  const calm = { baseFeeWei: 1n, tipWei: 1n };

  it('offers more than 12.5 % on top of both fees', () => {
    expect(replacementFees(fees(200n, 80n), calm, CAP)).toEqual(fees(226n, 91n));
  });

  it('offers a tip where there was none', () => {
    expect(replacementFees(fees(200n, 0n), calm, CAP)).toEqual(fees(226n, 1n));
  });

  it('follows a chain that has become dearer than that', () => {
    expect(replacementFees(fees(200n, 10n), { baseFeeWei: 300n, tipWei: 50n }, CAP)).toEqual(fees(650n, 50n));
  });

  it('goes up to the cap and no further', () => {
    expect(replacementFees(fees(888n, 10n), calm, CAP)).toEqual(fees(1_000n, 12n));
    expect(replacementFees(fees(889n, 10n), calm, CAP)).toBeNull();
  });

  it('is of no use while the base fee is above the cap', () => {
    expect(replacementFees(fees(200n, 10n), { baseFeeWei: 1_001n, tipWei: 1n }, CAP)).toBeNull();
  });
});
