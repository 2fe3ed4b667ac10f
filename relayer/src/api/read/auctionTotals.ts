import { isNull } from 'drizzle-orm';
import type { Deployment } from '@ala/shared/deployment';
import type { Db } from '../../db/client.js';
import { auctions } from '../../db/chainTables.js';
import type { AuctionTotals, MarketTotals } from '../../operate/auctionTotals.js';
import { AuctionMemory } from './auctionMemory.js';
import type { AuctionSum } from './auctionSum.js';

/** Adds up all auctions. The first time all of them are read, page by page; whoever asks meanwhile waits for that. */
export class AuctionTotalsReader {
  private readonly memory: AuctionMemory;

  constructor(
    private readonly db: Db,
    deployment: Deployment,
  ) {
    this.memory = new AuctionMemory(deployment);
  }

  read(nowMs: number): Promise<AuctionTotals> {
    return this.memory.look((readSums) =>
      this.db.transaction(
        async (tx) => {
          const sums = await readSums(tx);
          // A node's own word, which no block brings.
          const unfinished = await tx
            .select({ auctionId: auctions.auctionId })
            .from(auctions)
            .where(isNull(auctions.finishedAt));
          return addUp(sums, new Set(unfinished.map(({ auctionId }) => auctionId)), nowMs / 1_000);
        },
        { isolationLevel: 'repeatable read', accessMode: 'read only' },
      ),
    );
  }
}

/** Pure: an open auction with time left may still be covered, and does not count as one that was not. */
function addUp(sums: readonly AuctionSum[], unfinished: ReadonlySet<string>, nowSec: number): AuctionTotals {
  const states = { open: 0, closed: 0, finished: 0 };
  const totals = new Map<number, { toCover: bigint; covered: bigint; used: bigint; weighted: bigint }>();
  for (const { auctionId, marketId, deadlineSec, closedSec, toCover, covered, used, weighted } of sums) {
    const state = !unfinished.has(auctionId) ? 'finished' : closedSec !== null ? 'closed' : 'open';
    states[state] += 1;
    const total = totals.get(marketId) ?? { toCover: 0n, covered: 0n, used: 0n, weighted: 0n };
    totals.set(marketId, total);
    total.used += used;
    total.weighted += weighted;
    if (state === 'open' && deadlineSec >= nowSec) continue;
    total.toCover += toCover;
    total.covered += covered;
  }
  const markets = [...totals].map(([marketId, { weighted, ...total }]): [number, MarketTotals] => [
    marketId,
    { ...total, premiumBps: total.used === 0n ? null : Number((weighted * 10_000n) / total.used) / 10_000 },
  ]);
  return { states, markets: new Map(markets) };
}
