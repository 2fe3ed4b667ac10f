import { and, eq, inArray, or, sql } from 'drizzle-orm';
import { toChainId, type BasketId, type ChainId, type SpokeId } from '@ala/shared/ids';
import type { Db, Tx } from '../db/client.js';
import { blocks, cursors } from '../db/chainTables.js';
import { Turns } from '../lib/turns.js';
import type { SpokeAtBlock } from './poolAtBlock.js';
import { PoolBook } from './poolBook.js';
import { readLastPoolRows, readPoolRowsIn, type BlockRange, type PoolRows } from './poolRows.js';

interface KnownBlock {
  readonly number: number;
  readonly hash: string;
}

/** A chain whose pools are to be brought to a block. */
export interface WantedBlock extends KnownBlock {
  readonly chainId: ChainId;
}

/** A snapshot's blocks are at least a second behind the newest ones, and a chain that is ahead of the others waits for them. */
const BLOCKS_BEHIND = 64;
/** Beyond so many blocks their rows are more than the last row of everything. */
const MAX_BLOCKS_ONWARD = 1_000;

/**
 * The pools of all baskets as of the blocks of the last snapshot, led on to those of the next one by the rows in between. Only a cache: a
 * chain whose known block is stored no more, or that is wanted at an earlier block, is read anew, so that it never says anything else
 * than `spokeAt`.
 */
export class SnapshotBook {
  private readonly pools = new PoolBook();
  private readonly known = new Map<ChainId, KnownBlock>();
  /** One look at a time. */
  private readonly turns = new Turns();

  /** All baskets, and all spokes with their chains, whichever of them are asked for. */
  constructor(
    private readonly baskets: readonly BasketId[],
    private readonly spokeChainIds: ReadonlyMap<SpokeId, ChainId>,
  ) {}

  /** Each spoke's side of the basket at its chain's block, those of other chains left out; null if one of the blocks is stored no more. */
  at(db: Db, basket: BasketId, chains: readonly WantedBlock[]): Promise<ReadonlyMap<SpokeId, SpokeAtBlock> | null> {
    return this.turns.take(async () => {
      if (!(await this.bringTo(db, chains))) return null;
      const shown = new Set(chains.map(({ chainId }) => chainId));
      const spokes = [...this.spokeChainIds].flatMap(([spoke, chainId]) => (shown.has(chainId) ? [spoke] : []));
      return new Map(spokes.map((spoke) => [spoke, this.pools.spokeOf(basket, spoke)] as const));
    });
  }

  /** Leads the book on while nobody asks for it, so that the next snapshot is near; a little behind, for snapshots are. */
  async leadOn(db: Db): Promise<void> {
    const chainIds = [...new Set(this.spokeChainIds.values())];
    await this.turns.take(async () => {
      const trailing = await db
        .select({ chainId: blocks.chainId, number: blocks.number, hash: blocks.hash })
        .from(cursors)
        .innerJoin(
          blocks,
          and(eq(blocks.chainId, cursors.chainId), eq(blocks.number, sql`${cursors.nextBlock} - ${BLOCKS_BEHIND}`)),
        )
        .where(inArray(cursors.chainId, chainIds));
      const onward = trailing.filter(
        ({ chainId, number }) => number > (this.known.get(toChainId(chainId))?.number ?? 0),
      );
      await this.bringTo(
        db,
        onward.map(({ chainId, ...block }) => ({ chainId: toChainId(chainId), ...block })),
      );
    });
  }

  /** False, and nothing is changed, if one of the blocks is stored no more. */
  private async bringTo(db: Db, chains: readonly WantedBlock[]): Promise<boolean> {
    if (chains.length === 0) return true;
    const read = await db.transaction((tx) => this.read(tx, chains), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
    });
    if (read === null) return false;
    // From here on nothing is awaited: all of it is taken or nothing.
    for (const { spokes, rows } of read.anew) {
      this.pools.forget(new Set(spokes));
      this.pools.take(rows);
    }
    for (const rows of read.onward) this.pools.take(rows);
    for (const { chainId, number, hash } of chains) this.known.set(chainId, { number, hash });
    return true;
  }

  /** What leads from the known blocks to the wanted ones, at one moment of the database; null if a wanted one is not there. */
  private async read(tx: Tx, chains: readonly WantedBlock[]) {
    const before = [...this.known].map(([chainId, { number }]) => ({ chainId, number }));
    const hashes = await readHashes(tx, [...chains, ...before]);
    const isStored = (chainId: ChainId, { number, hash }: KnownBlock) => hashes.get(`${chainId}/${number}`) === hash;
    if (!chains.every((block) => isStored(block.chainId, block))) return null;
    const ranges: BlockRange[] = [];
    const anew: { readonly spokes: readonly SpokeId[]; readonly rows: PoolRows }[] = [];
    for (const { chainId, number: upTo } of chains) {
      const known = this.known.get(chainId);
      if (known !== undefined && isStored(chainId, known) && isShortWay(known.number, upTo)) {
        ranges.push({ chainId, above: known.number, upTo });
      } else {
        const spokes = [...this.spokeChainIds].flatMap(([spoke, of]) => (of === chainId ? [spoke] : []));
        const of = { baskets: this.baskets, spokes: spokes.map((spoke) => ({ spoke, upTo })) };
        anew.push({ spokes, rows: await readLastPoolRows(tx, of) });
      }
    }
    return { anew, onward: [...(await readPoolRowsIn(tx, ranges)).values()] };
  }
}

function isShortWay(known: number, wanted: number): boolean {
  return known <= wanted && wanted - known <= MAX_BLOCKS_ONWARD;
}

/** By `chainId/number`; a block that is not stored is left out. */
async function readHashes(
  tx: Tx,
  wanted: readonly { readonly chainId: number; readonly number: number }[],
): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  const rows = await tx
    .select({ chainId: blocks.chainId, number: blocks.number, hash: blocks.hash })
    .from(blocks)
    .where(or(...wanted.map(({ chainId, number }) => and(eq(blocks.chainId, chainId), eq(blocks.number, number)))));
  return new Map(rows.map(({ chainId, number, hash }) => [`${chainId}/${number}`, hash]));
}
