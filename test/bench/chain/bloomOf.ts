import { getBytes, keccak256 } from 'ethers';

const BITS = 2_048;

/** The `logsBloom` of a block in whose logs these addresses and topics stand (yellow paper, 4.4.3). */
export function bloomOf(values: Iterable<string>): string {
  const bloom = Buffer.alloc(BITS / 8);
  for (const value of new Set(values)) {
    const hash = getBytes(keccak256(value));
    for (const at of [0, 2, 4]) {
      const bit = (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) % BITS;
      const byte = bloom.length - 1 - (bit >> 3);
      bloom[byte] = (bloom[byte] ?? 0) | (1 << (bit & 7));
    }
  }
  return `0x${bloom.toString('hex')}`;
}
