import type { BasketId, SpokeId } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import type { SpokeAtBlock } from './poolAtBlock.js';
import { PoolBook } from './poolBook.js';
import { readLastPoolRows } from './poolRows.js';

/** The pools of one spoke at one of its blocks, and what of the basket is in flight there. */
export async function spokeAt(
  db: DbOrTx,
  basket: BasketId,
  spoke: SpokeId,
  blockNumber: number,
): Promise<SpokeAtBlock> {
  const book = new PoolBook();
  book.take(await readLastPoolRows(db, { baskets: [basket], spokes: [{ spoke, upTo: blockNumber }] }));
  const { pools, inFlight } = book.spokeOf(basket, spoke);
  return {
    pools: pools.map(({ tier, epoch, assets, shares, entries, exits }) => ({
      tier,
      epoch,
      assets,
      shares,
      entries,
      exits,
    })),
    inFlight,
  };
}
