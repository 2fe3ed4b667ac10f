import type { ChainProgress } from '@ala/shared/api/chains';
import type { StreamEvent } from '@ala/shared/api/events';
import type { Move } from './readMove.js';

/** Pure: what there is to tell of a move, in the order in which a client can use it. */
export function moveEvents(chain: string, { keptBlock, logs }: Move, baskets: ReadonlySet<number>): StreamEvent[] {
  const events: StreamEvent[] = [];
  if (keptBlock !== null) events.push({ type: 'reorg', chain, keptBlock });
  if (logs === null) events.push({ type: 'reset' });
  for (const { blockNumber, logIndex, txHash, address: contract, name, args } of logs ?? []) {
    const values = args as Record<string, unknown>;
    events.push({ type: 'log', chain, blockNumber, logIndex, txHash, contract, name, args: values });
  }
  for (const basket of baskets) events.push({ type: 'book', basket });
  return events;
}

/** Pure: one event for each chain that was read on, and for each that fell behind or caught up since `before`. */
export function progressEvents(
  progress: readonly ChainProgress[],
  readOn: ReadonlySet<string>,
  before: readonly ChainProgress[],
): StreamEvent[] {
  const wasBehind = new Map(before.map(({ chain, behind }) => [chain, behind]));
  return progress.flatMap(({ chain, behind, blockNumber, timestampSec }): StreamEvent[] => {
    const flipped = wasBehind.has(chain) && wasBehind.get(chain) !== behind;
    if (blockNumber === null || timestampSec === null || !(readOn.has(chain) || flipped)) return [];
    return [{ type: 'chain', chain, blockNumber, timestampSec, behind }];
  });
}
