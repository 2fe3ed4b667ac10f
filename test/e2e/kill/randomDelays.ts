import { Random } from '../../simulation/random.js';

/** Between a moment in which a node has hardly connected and one in which it has done several steps. */
const SHORTEST_MS = 300;
const LONGEST_MS = 3_000;

/** The same delays for the same seed. */
export function randomDelays(seed: number, count: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Math.round(SHORTEST_MS + random.next() * (LONGEST_MS - SHORTEST_MS)));
}
