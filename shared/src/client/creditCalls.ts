import { callSpoke, type OnSpoke, type Outcome } from './callSpoke.js';
import { ClientError } from './clientError.js';
import type { OwnBid } from './bids.js';
import { readSpokeEvent, topicOf } from './events.js';
import { readLogs, readView, spokeInterface, type SpokeOnChain } from './onChain.js';
import type { LegId } from '../ids.js';

/** Which pool. */
export type OfPool = Pick<OwnBid, 'basket' | 'tier'>;

/** Credits results of a pool that are home, at most so many calls, in their order. For anybody; bids claim them afterwards. */
export async function finalizeCalls(
  of: OnSpoke,
  { basket, tier }: OfPool,
  maxCalls: number,
): Promise<Outcome<'CallsFinalized'>> {
  return callSpoke(of, 'finalizeCalls', [basket, tier, maxCalls], ['CallsFinalized']);
}

/**
 * Lets a pool go on without the result of its next call, once that has been away for `callTimeoutSec`. For anybody; what comes of
 * the call after all is claimed by `claimSkipped`.
 *
 * @throws ClientError if all calls of the pool are credited; what `explainError` explains if its time has not come.
 */
export async function skipCall(of: OnSpoke, pool: OfPool): Promise<Outcome<'CallSkipped'>> {
  const { basket, tier } = pool;
  return callSpoke(of, 'skipCall', [basket, tier, await nextLegOf(of.spoke, pool)], ['CallSkipped']);
}

/** The leg by which the pool's first call that is not credited was made. */
async function nextLegOf(spoke: SpokeOnChain, { basket, tier }: OfPool): Promise<LegId> {
  const [pool] = await readView(spoke.provider, { ...spoke, abi: spokeInterface }, 'pool', [basket, tier]);
  const { finalized } = pool as { finalized: bigint };
  const logs = await readLogs(spoke, [topicOf(spokeInterface, 'CapitalCalled')], await spoke.provider.getBlockNumber());
  for (const log of logs.toReversed()) {
    const event = readSpokeEvent(log);
    if (event?.name !== 'CapitalCalled' || event.basket !== basket) continue;
    if (event.fills.some((fill) => fill.tier === tier && fill.gen === Number(finalized))) return event.legId;
  }
  throw new ClientError({
    kind: 'refused',
    what: 'every call of the pool is credited',
    whatToDo: 'There is nothing to go on without: see what there is to claim.',
  });
}
