import { childOf } from './childSignal.js';
import { pause } from './retry.js';

/** Ends a pause early. What comes while nobody waits ends the next pause. */
export class Wake {
  private rung = false;
  private ring: (() => void) | null = null;

  notify(): void {
    this.rung = true;
    this.ring?.();
  }

  /** Waits, or returns early when notified or aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.rung) {
      const woken = childOf(signal);
      this.ring = woken.abort;
      await pause(ms, woken.signal);
      woken.release();
      this.ring = null;
    }
    this.rung = false;
  }
}
