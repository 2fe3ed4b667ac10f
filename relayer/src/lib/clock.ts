import { pause } from './retry.js';

/** The time of a process, and how it waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Waits, or returns early (without throwing) when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = { nowMs: () => Date.now(), pause };
