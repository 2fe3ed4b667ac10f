import type { Db } from '../../db/client.js';
import type { Deployment } from '@ala/shared/deployment';
import type { EventLog } from '../live/eventLog.js';
import { readTerms, termEvents, type Terms } from './network.js';

/** Terms of markets and bids, which all but never change: read again only once an event may have changed them. */
export class TermsCache {
  private read: Promise<Terms> | null = null;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly db: Db,
    private readonly deployment: Deployment,
    events: EventLog,
  ) {
    this.unsubscribe = events.subscribe((logged) => {
      const changed = logged.some(
        ({ event }) =>
          event.type === 'reset' || event.type === 'reorg' || (event.type === 'log' && termEvents.includes(event.name)),
      );
      if (changed) this.read = null;
    });
  }

  get(): Promise<Terms> {
    const read = (this.read ??= readTerms(this.db, this.deployment));
    read.catch(() => {
      if (this.read === read) this.read = null;
    });
    return read;
  }

  close(): void {
    this.unsubscribe();
  }
}
