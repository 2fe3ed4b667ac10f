import type { StreamEvent } from '@ala/shared/api/events';
import { keys } from './keys.js';

/** The first words of the keys that an event has outdated; null for all of them. */
export function outdatedBy(event: StreamEvent): readonly string[] | null {
  switch (event.type) {
    case 'reset':
    case 'reorg':
      return null;
    case 'chain':
      return [keys.chains];
    case 'book':
      return [keys.book];
    case 'effects':
      return [keys.operate, keys.auction];
    case 'log':
      return [keys.auctions, keys.auction, keys.statistics];
  }
}
