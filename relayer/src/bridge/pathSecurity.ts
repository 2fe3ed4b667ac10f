import { zeroPadValue } from 'ethers';
import { LEAST_REQUIRED_DVNS } from '@ala/shared/bridgeInterfaces';
import type { Profile } from '@ala/shared/deployment';
import type { Address } from '@ala/shared/ids';

/** Something of a bridge's configuration on a chain that is not as it has to be. */
export interface SecurityDifference {
  readonly chain: string;
  readonly contract: Address;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** What a contract says of the other side of its path: an OFT or port of its peer, a Token Bridge of the other one. */
export interface PeerReading {
  readonly chain: string;
  readonly contract: Address;
  readonly what: string;
  /** 32 bytes. */
  readonly peer: string;
  readonly expected: Address;
}

/** An OFT's verifiers in one direction, defaults filled in, and who may change them. */
export interface VerifierReading {
  readonly chain: string;
  readonly contract: Address;
  readonly what: string;
  /** Null where the message library knows no such path. */
  readonly requiredDvns: readonly string[] | null;
}

export interface DelegateReading {
  readonly chain: string;
  readonly contract: Address;
  readonly delegate: string;
  /** Null where the deployment file does not name it. */
  readonly expected: Address | null;
}

export interface SecurityReading {
  readonly peers: readonly PeerReading[];
  readonly verifiers: readonly VerifierReading[];
  readonly delegates: readonly DelegateReading[];
}

/** Pure: everything below the profile's minimum; empty if the bridges may be used. */
export function securityDifferences(profile: Profile, reading: SecurityReading): SecurityDifference[] {
  const least = profile === 'production' ? LEAST_REQUIRED_DVNS : 1;
  const peers = reading.peers.flatMap(({ chain, contract, what, peer, expected }) => {
    const wanted = zeroPadValue(expected, 32);
    return same(peer, wanted) ? [] : [{ chain, contract, what, expected: wanted, actual: peer }];
  });
  const verifiers = reading.verifiers.flatMap(({ chain, contract, what, requiredDvns }) => {
    const distinct = new Set((requiredDvns ?? []).map((dvn) => dvn.toLowerCase()));
    if (distinct.size >= least) return [];
    const actual = requiredDvns === null ? 'no configuration' : `${distinct.size}: ${[...distinct].join(', ')}`;
    return [{ chain, contract, what: `required DVNs ${what}`, expected: `at least ${least}`, actual }];
  });
  const delegates = reading.delegates.flatMap(({ chain, contract, delegate, expected }) =>
    expected === null || same(delegate, expected)
      ? []
      : [{ chain, contract, what: 'delegate', expected, actual: delegate }],
  );
  return [...peers, ...verifiers, ...delegates];
}

/** One line a difference, for a log or a list of problems. */
export function describeDifference({ chain, contract, what, expected, actual }: SecurityDifference): string {
  return `${chain}: ${contract}: ${what}: expected ${expected}, found ${actual}`;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
