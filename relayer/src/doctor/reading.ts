import { describeError } from '../lib/errors.js';
import { unlessAborted } from '../lib/retry.js';

/** What was read, or why it could not be. */
export type Reading<Value> = { readonly value: Value } | { readonly failure: string };

/** How long one thing may take to be read. */
export const PATIENCE_MS = 10_000;

/** Never throws, and never takes longer than the patience: a check that fails hides no other. */
export async function read<Value>(work: () => Promise<Value>, patienceMs = PATIENCE_MS): Promise<Reading<Value>> {
  try {
    const started = work().then((value) => ({ value }));
    const reading = await unlessAborted(started, AbortSignal.timeout(patienceMs));
    return reading ?? { failure: `no answer within ${patienceMs / 1_000} s` };
  } catch (error) {
    return { failure: describeError(error) };
  }
}
