import type { Preparation } from './dispatch/preparation.js';
import { unlessAborted } from './lib/retry.js';

/** How long a row waits that was not prepared in time. */
const SILENT_RETRY_MS = 15_000;

/**
 * What a row needs, if whoever is asked answers in time: another chain, or a source of VAAs, that takes a question and says nothing must not keep
 * a lane from its own chain.
 */
export async function unlessSilent(patienceMs: number, prepare: () => Promise<Preparation>): Promise<Preparation> {
  const preparation = await unlessAborted(prepare(), AbortSignal.timeout(patienceMs));
  if (preparation !== null) return preparation;
  const reason = `the source chain, or a source of VAAs, has not answered for ${patienceMs} ms`;
  return { status: 'notReady', reason, retryInMs: SILENT_RETRY_MS };
}
