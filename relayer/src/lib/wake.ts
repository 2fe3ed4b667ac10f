import { pause } from './retry.js';

/** Lets a loop that waits for its next turn begin it at once. */
export class Wake {
  private woken = false;
  private begin: (() => void) | null = null;

  /** What comes while the loop is at work is not lost: its next wait is over at once. */
  now(): void {
    this.woken = true;
    this.begin?.();
  }

  /** Until woken, for so many milliseconds at most, or until the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.woken && !signal.aborted) {
      const beginning = new AbortController();
      this.begin = () => beginning.abort();
      signal.addEventListener('abort', this.begin);
      await pause(ms, beginning.signal);
      signal.removeEventListener('abort', this.begin);
      this.begin = null;
    }
    this.woken = false;
  }
}
