import type { ClearFill } from '../clear.js';
import type { Leg } from '../plan.js';

/** Each pool in which the plan draws something else than the clearing, cheapest tier first. */
export function compareFills(legs: readonly Leg[], expected: readonly ClearFill[]): string[] {
  const drawn = new Map<string, { spoke: number; tier: number; planned: bigint; cleared: bigint }>();
  const at = (spoke: number, tier: number) => {
    const key = `${spoke}/${tier}`;
    const entry = drawn.get(key) ?? { spoke, tier, planned: 0n, cleared: 0n };
    drawn.set(key, entry);
    return entry;
  };
  for (const leg of legs) for (const fill of leg.fills) at(leg.spoke, fill.tier).planned += fill.amount;
  for (const fill of expected) at(fill.spoke, fill.tier).cleared += fill.amount;
  return [...drawn.values()]
    .filter(({ planned, cleared }) => planned !== cleared)
    .sort((a, b) => a.tier - b.tier || a.spoke - b.spoke)
    .map(
      ({ spoke, tier, planned, cleared }) =>
        `pool (spoke ${spoke}, tier ${tier}): the plan draws ${planned}, the clearing ${cleared}`,
    );
}
