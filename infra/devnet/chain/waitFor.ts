export class WaitTimeout extends Error {
  constructor(what: string, timeoutMs: number) {
    super(`waited ${timeoutMs} ms in vain for ${what}`);
    this.name = 'WaitTimeout';
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface WaitOptions {
  /** Ends the error's sentence. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly pollMs?: number;
}

/** Asks `probe` until it answers something other than null; throws `WaitTimeout` when it does not in time. */
export async function waitFor<T>(probe: () => Promise<T | null>, options: WaitOptions): Promise<T> {
  const deadlineMs = Date.now() + options.timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== null) return answer;
    if (Date.now() >= deadlineMs) throw new WaitTimeout(options.what, options.timeoutMs);
    await pause(options.pollMs ?? 50);
  }
}
