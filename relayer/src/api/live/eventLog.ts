import { randomBytes } from 'node:crypto';
import type { StreamEvent } from '@ala/shared/api/events';

export interface LoggedEvent {
  readonly id: string;
  readonly event: StreamEvent;
}

/**
 * The last events that were told, for clients that come back. Ids count within one run of the node; what another run has told, or what is too
 * old, is not known any more.
 */
export class EventLog {
  private readonly run = randomBytes(6).toString('hex');
  private readonly kept: LoggedEvent[] = [];
  private readonly listeners = new Set<(events: readonly LoggedEvent[]) => void>();
  private last = 0;

  constructor(private readonly capacity: number) {}

  append(events: readonly StreamEvent[]): void {
    if (events.length === 0) return;
    const logged = events.map((event) => ({ id: this.idOf(++this.last), event }));
    this.kept.push(...logged);
    if (this.kept.length > this.capacity) this.kept.splice(0, this.kept.length - this.capacity);
    for (const listener of this.listeners) listener(logged);
  }

  /** What was told after the event with this id; `reset` if that is not known. Nothing for a client that comes for the first time. */
  since(lastEventId: string | null): readonly LoggedEvent[] {
    if (lastEventId === null) return [];
    const [run = '', text = ''] = lastEventId.split('-');
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    const missed = this.last - number;
    const known = run === this.run && missed >= 0 && missed <= this.kept.length;
    if (!known) return [{ id: this.idOf(this.last), event: { type: 'reset' } }];
    return missed === 0 ? [] : this.kept.slice(-missed);
  }

  /** Returns how to stop listening. */
  subscribe(listener: (events: readonly LoggedEvent[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get subscribers(): number {
    return this.listeners.size;
  }

  private idOf(number: number): string {
    return `${this.run}-${number}`;
  }
}
