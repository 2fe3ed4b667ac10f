const LONGEST = 20;

/**
 * Pure: the string that a view returned, letters, digits and a few marks of it; empty if it is none. It is of the token's choosing, so never
 * an identity.
 */
export function decodeText(result: string): string {
  const bytes = (result.slice(2).match(/../g) ?? []).map((hex) => Number.parseInt(hex, 16));
  const wordAt = (at: number): number => bytes.slice(at, at + 32).reduce((value, byte) => value * 256 + byte, 0);
  const start = wordAt(0);
  const text = bytes.slice(start + 32, start + 32 + wordAt(start));
  return new TextDecoder()
    .decode(new Uint8Array(text))
    .replace(/[^\p{L}\p{Nd}.$₮_-]/gu, '')
    .slice(0, LONGEST);
}
