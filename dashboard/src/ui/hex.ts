/** The first and last digits of a long hash or address; anything else as it is. */
export function shortHex(text: string): string {
  return /^0x[0-9a-f]{16,}$/i.test(text) ? `${text.slice(0, 8)}…${text.slice(-4)}` : text;
}
