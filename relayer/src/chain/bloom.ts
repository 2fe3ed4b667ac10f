import { getBytes, keccak256 } from 'ethers';
import type { Address } from '@ala/shared/ids';

/** Bytes of a header's `logsBloom`. */
const BLOOM_BYTES = 256;

/** Whether a block with this `logsBloom` can hold a log of the contract: no is certain, yes is not. */
export function mayHoldLogsOf(logsBloom: string, address: Address): boolean {
  return bitsOf(address).every(({ byte, mask }) => {
    const at = 2 + 2 * byte;
    return (parseInt(logsBloom.slice(at, at + 2), 16) & mask) !== 0;
  });
}

interface BloomBit {
  /** Counted from the left. */
  readonly byte: number;
  readonly mask: number;
}

/** Three bits: the low eleven bits of each of the first three pairs of bytes of the hash, counted from the right. */
function bitsOf(address: Address): readonly BloomBit[] {
  const known = bits.get(address);
  if (known !== undefined) return known;
  const hash = getBytes(keccak256(address));
  const computed = [0, 2, 4].map((index) => {
    const bit = (((hash[index] ?? 0) << 8) | (hash[index + 1] ?? 0)) % (8 * BLOOM_BYTES);
    return { byte: BLOOM_BYTES - 1 - Math.floor(bit / 8), mask: 1 << (bit % 8) };
  });
  bits.set(address, computed);
  return computed;
}

/** Each header is asked about the same few contracts. */
const bits = new Map<Address, readonly BloomBit[]>();
