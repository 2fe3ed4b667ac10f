import type { Hash } from '@ala/shared/ids';

/** Since when two endpoints have shown different blocks in the same place; null while they agree. */
export type DisagreesSince = number | null;

/** A block that is replaced is seen by one node before the other. */
export const PATIENCE_MS = 60_000;

/** Pure: a node without the block (null) has no say. */
export function disagreesSince(since: DisagreesSince, hashes: readonly (Hash | null)[], nowMs: number): DisagreesSince {
  const known = new Set(hashes.filter((hash) => hash !== null));
  return known.size > 1 ? (since ?? nowMs) : null;
}

/** Pure: too long for a fork on its way from node to node. */
export function lasts(since: DisagreesSince, nowMs: number): boolean {
  return since !== null && nowMs - since >= PATIENCE_MS;
}
