import type { ChainsAnswer } from '@ala/shared/api/chains';
import { useChains } from './queries.js';

/** The time that times of chains are held against, seconds: the node's, or that of a chain whose clock is ahead of it. */
export function useNow(): number {
  const { data } = useChains();
  return data === undefined ? Math.floor(Date.now() / 1_000) : latestOf(data);
}

export function latestOf({ nowSec, asOf }: ChainsAnswer): number {
  return Math.max(nowSec, ...asOf.map(({ timestampSec }) => timestampSec ?? 0));
}
