import type { Deployment } from '@ala/shared/deployment';
import type { Tx } from '../../db/client.js';
import { Turns } from '../../lib/turns.js';
import { readKeptBlock } from '../live/keptBlock.js';
import { readLastBlocks, type ReadBlock } from '../live/progress.js';
import { readAuctionRows, type AuctionFilter } from './auctionRows.js';
import { auctionSum, type AuctionSum } from './auctionSum.js';
import { readChangedAuctions } from './changedAuctions.js';

/** So many auctions are folded before anybody else gets a turn. */
const PAGE = 100;
/** Of each chain, to find where a fork begins. */
const REMEMBERED_BLOCKS = 64;
/** Below the first one. */
const NO_BLOCK = -1;

interface Held {
  /** The newest first, without a gap. */
  readonly sums: readonly AuctionSum[];
  /** There are no older ones. */
  readonly whole: boolean;
  /** By chain id, the last blocks of the moments at which it was read, the newest last. */
  readonly blocks: ReadonlyMap<number, readonly ReadBlock[]>;
}

const NOTHING: Held = { sums: [], whole: false, blocks: new Map() };

/** What auctions add, as of a moment. */
export type ReadSums = (tx: Tx) => Promise<readonly AuctionSum[]>;

/**
 * What each of the newest auctions adds, folded once and again only when a chain has shown more of it or has taken something back. Only
 * a cache: rows come with their block and go with it, so what was read stays true as long as its block is stored with its hash.
 */
export class AuctionMemory {
  private held = NOTHING;
  private readonly turns = new Turns();

  /** @param limit so many auctions, the newest ones */
  constructor(
    private readonly deployment: Deployment,
    private readonly limit = Infinity,
  ) {}

  /**
   * One look at a time: `look` opens its snapshot of the database in its turn, so that it is never older than the one before.
   * `readSums` answers the auctions that are there, the newest first.
   */
  look<Value>(look: (readSums: ReadSums) => Promise<Value>): Promise<Value> {
    return this.turns.take(() => look((tx) => this.readOn(tx)));
  }

  private async readOn(tx: Tx): Promise<readonly AuctionSum[]> {
    const heads = await readLastBlocks(tx);
    const kept = await readKept(tx, this.held.blocks, heads);
    const known = kept === null ? NOTHING : this.held;
    const changed = await this.readChanged(tx, known, kept ?? new Map());
    const read = await this.fill(tx, known, changed);
    // From here on nothing is awaited: all of it is taken or nothing.
    this.held = { ...read, blocks: remember(known.blocks, kept ?? new Map(), heads) };
    return read.sums;
  }

  /** What is known, without what is gone and with what is new, down to the oldest one that was known. */
  private async readChanged(tx: Tx, known: Held, kept: ReadonlyMap<number, number>): Promise<AuctionSum[]> {
    if (known === NOTHING) return [];
    if (kept.size === 0) return [...known.sums];
    const undone = known.sums.filter(({ seenUpTo }) =>
      [...seenUpTo].some(([chainId, block]) => block > (kept.get(chainId) ?? Infinity)),
    );
    const ids = new Set([...undone.map(({ auctionId }) => auctionId), ...(await readChangedAuctions(tx, kept))]);
    const unchanged = known.sums.filter(({ auctionId }) => !ids.has(auctionId));
    const oldest = known.whole ? undefined : known.sums.at(-1);
    const again: AuctionSum[] = [];
    for (const page of pagesOf([...ids])) again.push(...(await this.readSums(tx, { auctionIds: page, limit: PAGE })));
    const inReach = again.filter((sum) => oldest === undefined || newestFirst(sum, oldest) <= 0);
    return [...unchanged, ...inReach].sort(newestFirst);
  }

  /** Down to the limit or the first auction of all. */
  private async fill(tx: Tx, known: Held, sums: AuctionSum[]): Promise<Pick<Held, 'sums' | 'whole'>> {
    let { whole } = known;
    for (let before = known.sums.at(-1); !whole && sums.length < this.limit;) {
      const limit = Math.min(PAGE, this.limit - sums.length);
      const page = await this.readSums(tx, { before, limit });
      sums.push(...page);
      before = page.at(-1);
      whole = page.length < limit;
    }
    return { sums: sums.slice(0, this.limit), whole: whole && sums.length <= this.limit };
  }

  private async readSums(tx: Tx, filter: AuctionFilter): Promise<AuctionSum[]> {
    return (await readAuctionRows(tx, filter)).map((rows) => auctionSum(this.deployment, rows));
  }
}

/** By chain id, of chains that have moved, the block up to which they are as they were; null if that is not known of one. */
async function readKept(
  tx: Tx,
  blocks: Held['blocks'],
  heads: ReadonlyMap<number, ReadBlock>,
): Promise<Map<number, number> | null> {
  const kept = new Map<number, number>();
  for (const chainId of new Set([...blocks.keys(), ...heads.keys()])) {
    const known = blocks.get(chainId);
    if (known === undefined) {
      kept.set(chainId, NO_BLOCK);
    } else if (known.at(-1)?.hash !== heads.get(chainId)?.hash) {
      const block = await readKeptBlock(tx, chainId, known);
      if (block === null) return null;
      kept.set(chainId, block);
    }
  }
  return kept;
}

/** Pure: the blocks that are still there, and the newest ones. */
function remember(
  blocks: Held['blocks'],
  kept: ReadonlyMap<number, number>,
  heads: ReadonlyMap<number, ReadBlock>,
): Held['blocks'] {
  return new Map(
    [...heads].map(([chainId, head]) => {
      const below = (blocks.get(chainId) ?? []).filter(
        ({ number }) => number <= (kept.get(chainId) ?? Infinity) && number < head.number,
      );
      return [chainId, [...below, head].slice(-REMEMBERED_BLOCKS)];
    }),
  );
}

function newestFirst(one: AuctionSum, other: AuctionSum): number {
  return other.blockNumber - one.blockNumber || other.logIndex - one.logIndex;
}

function pagesOf(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, page) => ids.slice(page * PAGE, (page + 1) * PAGE));
}
