import type { Logger } from 'pino';
import type { BasketDeployment } from '@ala/shared/deployment';
import type { BasketId } from '@ala/shared/ids';
import type { AuctionView } from './auctionView.js';

/**
 * Finds the basket of an auction in the deployment file, or null: such an auction is for a node that knows it. Said once a basket, since a
 * file that is merely old would leave it to nobody.
 */
export function basketFinder(
  baskets: readonly BasketDeployment[],
  log: Logger,
): (auction: Pick<AuctionView, 'auctionId' | 'basket'>) => BasketDeployment | null {
  const byId = new Map(baskets.map((basket) => [basket.id, basket]));
  const unlisted = new Set<BasketId>();
  return ({ auctionId, basket }) => {
    const found = byId.get(basket) ?? null;
    if (found === null && !unlisted.has(basket)) {
      unlisted.add(basket);
      log.warn({ basket, auctionId }, 'the deployment file does not list this basket: no auction of it is served here');
    }
    return found;
  };
}
