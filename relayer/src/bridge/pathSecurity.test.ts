import { zeroPadValue } from 'ethers';
import { expect, it } from 'vitest';
import { toAddress } from '@ala/shared/ids';
import { securityDifferences, type SecurityReading } from './pathSecurity.js';

const address = (digit: number) => toAddress(`0x${String(digit).repeat(40)}`);
const at = { chain: 'hub', contract: address(1) };

/** A path as production wants it, with changes. */
function secured(changes: Partial<SecurityReading> = {}): SecurityReading {
  return {
    peers: [{ ...at, what: 'peer', peer: zeroPadValue(address(2), 32), expected: address(2) }],
    verifiers: [{ ...at, what: 'sending towards 30101', requiredDvns: [address(3), address(4)] }],
    delegates: [{ ...at, delegate: address(5), expected: address(5) }],
    ...changes,
  };
}

it('finds nothing wrong with two required DVNs, set peers and the delegate of the file', () => {
  expect(securityDifferences('production', secured())).toEqual([]);
});

it.each([
  ['one DVN', [address(3)], 1],
  ['one DVN named twice', [address(3), address(3).toUpperCase().replace('0X', '0x')], 1],
  ['no DVN', [], 0],
])('refuses %s in production', (_, requiredDvns, count) => {
  const verifiers = [{ ...at, what: 'sending towards 30101', requiredDvns }];
  const [difference, ...others] = securityDifferences('production', secured({ verifiers }));
  expect(difference).toMatchObject({ what: 'required DVNs sending towards 30101', expected: 'at least 2' });
  expect(difference?.actual.startsWith(`${count}:`)).toBe(true);
  expect(others).toEqual([]);
});

it('takes one DVN on a devnet, but none is none, and so is a path that the library does not know', () => {
  const withDvns = (requiredDvns: readonly string[] | null) =>
    securityDifferences('devnet', secured({ verifiers: [{ ...at, what: 'x', requiredDvns }] })).length;
  expect([[address(3)], [], null].map(withDvns)).toEqual([0, 1, 1]);
});

it('names a peer that is another one or none, on a devnet too', () => {
  const expected = address(2);
  const peers = [address(9), `0x${'0'.repeat(40)}`].map((peer) => ({
    ...at,
    what: 'peer',
    peer: zeroPadValue(peer, 32),
    expected,
  }));
  expect(securityDifferences('devnet', secured({ peers })).map(({ actual }) => actual)).toEqual(
    peers.map(({ peer }) => peer),
  );
});

it('holds a delegate against the file only if the file names one', () => {
  const delegates = [address(5), null].map((expected) => ({ ...at, delegate: address(6), expected }));
  expect(securityDifferences('production', secured({ delegates }))).toEqual([
    { ...at, what: 'delegate', expected: address(5), actual: address(6) },
  ]);
});
