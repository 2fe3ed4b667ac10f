import type { Preparation } from './dispatch/preparation.js';
import type { Pulse } from './operate/pulse.js';

/** How long a row of a halted chain waits before it is looked at again. */
const HALTED_RETRY_MS = 5_000;

/** What the chain says of an intent; nothing is asked of a halted one, and nothing sent to it. */
export async function unlessHalted(
  { haltedChains }: Pick<Pulse, 'haltedChains'>,
  chain: string,
  prepare: () => Promise<Preparation>,
): Promise<Preparation> {
  if (!haltedChains.has(chain)) return prepare();
  return { status: 'notReady', reason: 'the chain is halted', retryInMs: HALTED_RETRY_MS };
}
