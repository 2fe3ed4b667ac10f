/** Between a moment in which a node has hardly connected and one in which it has done several steps. */
const SHORTEST_MS = 300;
const LONGEST_MS = 3_000;

/** The same delays for the same seed (mulberry32). */
export function randomDelays(seed: number, count: number): number[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Array.from({ length: count }, () => Math.round(SHORTEST_MS + next() * (LONGEST_MS - SHORTEST_MS)));
}
