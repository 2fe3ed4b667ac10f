import { describe, expect, it } from 'vitest';
import { InvalidValueError } from './errors.js';
import { legId, toAddress, toAuctionId, toPlanHash, toSpokeId, toTier } from './ids.js';

describe('ids', () => {
  it('takes hex of either case and gives lower case', () => {
    expect(toAddress('0xABCDEF0000000000000000000000000000000001')).toBe('0xabcdef0000000000000000000000000000000001');
    expect(toAuctionId(`0x${'AB'.repeat(32)}`)).toBe(`0x${'ab'.repeat(32)}`);
  });

  it.each([['0x12'], [`0x${'0'.repeat(39)}g`], [`0X${'0'.repeat(40)}`], [null], [5], [`0x${'0'.repeat(41)}`]])(
    'refuses %s as an address',
    (value) => expect(() => toAddress(value)).toThrow(InvalidValueError),
  );

  it('takes small integers as number, bigint or decimal text', () => {
    expect([toSpokeId(7), toSpokeId(7n), toSpokeId('7')]).toEqual([7, 7, 7]);
    expect(toTier(0)).toBe(0);
    expect(toTier(63)).toBe(63);
  });

  it.each([[0], [-1], [1.5], ['01'], ['1e3'], [''], [4294967296]])('refuses %s as a spoke id', (value) =>
    expect(() => toSpokeId(value)).toThrow(InvalidValueError),
  );

  it('refuses a tier above 63', () => expect(() => toTier(64)).toThrow(InvalidValueError));

  it('hashes plan and spoke into a leg id', () => {
    const plan = toPlanHash(`0x${'11'.repeat(32)}`);
    expect(legId(plan, toSpokeId(2))).not.toBe(legId(plan, toSpokeId(3)));
    expect(legId(plan, toSpokeId(2))).toMatch(/^0x[0-9a-f]{64}$/);
  });
});
