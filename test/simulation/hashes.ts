import { hexlify, keccak256 } from 'ethers';

/** Beyond this nothing is hashed twice. */
const LONGEST_BYTES = 96;
const MOST = 50_000;

/**
 * Lets ethers remember the hashes of what is short: names of events and addresses, which it hashes at each log that it parses, are the
 * same in all worlds.
 */
export function rememberHashes(): void {
  const hash = keccak256._;
  const known = new Map<string, string>();
  keccak256.register((data) => {
    if (data.length > LONGEST_BYTES) return hash(data);
    const key = Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1');
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const hashed = hexlify(hash(data));
    if (known.size >= MOST) known.clear();
    known.set(key, hashed);
    return hashed;
  });
}
