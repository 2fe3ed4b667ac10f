/** The time of a process. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** The machine's own clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };
