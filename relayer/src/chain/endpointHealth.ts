/** How an endpoint has been lately. */
export interface EndpointHealth {
  /** Its failures as of `atMs`; each counts half after `HALF_LIFE_MS`. */
  readonly failures: number;
  readonly atMs: number;
  /** Blocks its head was behind what is known of the chain, when that was last looked at. */
  readonly lagBlocks: number;
}

/** Before anything was asked. */
export const UNTRIED: EndpointHealth = { failures: 0, atMs: 0, lagBlocks: 0 };

const HALF_LIFE_MS = 30_000;
/** Nodes learn of a block one after the other. */
const USUAL_LAG_BLOCKS = 2;
/** What so many more blocks of lag weigh as much as a failure. */
const BLOCKS_A_FAILURE = 10;
/** What is left of old failures below this must not move the first endpoint to the second place. */
const NEGLIGIBLE = 0.1;

export function afterFailure(health: EndpointHealth, nowMs: number): EndpointHealth {
  return { ...health, failures: remaining(health, nowMs) + 1, atMs: nowMs };
}

export function atHead(health: EndpointHealth, lagBlocks: number): EndpointHealth {
  return { ...health, lagBlocks: Math.max(0, lagBlocks) };
}

/** 0 is as good as can be; more is worse. */
export function badness(health: EndpointHealth, nowMs: number): number {
  const failures = remaining(health, nowMs);
  const lag = Math.max(0, health.lagBlocks - USUAL_LAG_BLOCKS) / BLOCKS_A_FAILURE;
  return (failures < NEGLIGIBLE ? 0 : failures) + lag;
}

/** The healthiest first; of equals, the one that is configured first. */
export function byHealth<T extends { readonly health: EndpointHealth }>(endpoints: readonly T[], nowMs: number): T[] {
  return [...endpoints].sort((a, b) => badness(a.health, nowMs) - badness(b.health, nowMs));
}

function remaining({ failures, atMs }: EndpointHealth, nowMs: number): number {
  return failures * 0.5 ** (Math.max(0, nowMs - atMs) / HALF_LIFE_MS);
}
