import { and, desc, eq, lt, lte, sql, type SQL } from 'drizzle-orm';
import { ZERO_HASH, type ChainId, type Hash, type SpokeId } from '@ala/shared/ids';
import type { Snapshot } from '@ala/shared/plan';
import type { DbOrTx } from '../db/client.js';
import { blocks } from '../db/chainTables.js';

/** The blocks of a snapshot, with what the spokes' blocks are needed for. */
export interface SnapshotBlocks {
  readonly snapshot: Snapshot;
  /** Spokes that can be used, with the timestamp of their block. */
  readonly spokes: readonly {
    readonly spoke: SpokeId;
    readonly chainId: ChainId;
    readonly number: number;
    readonly timestampSec: number;
  }[];
}

export interface SnapshotBlocksArgs {
  readonly hubChainId: ChainId;
  readonly spokes: readonly { readonly spoke: SpokeId; readonly chainId: ChainId }[];
  readonly maxSpokeLagSec: number;
  /** Chains whose stored blocks are in doubt: as if they were too far behind. */
  readonly haltedChainIds?: ReadonlySet<ChainId> | undefined;
}

/**
 * The newest snapshot that anybody can check: a spoke's block is the last one whose timestamp is not above the hub
 * block's, and that is only certain once each chain has a later timestamp. A spoke that is too far behind is left out.
 *
 * @returns null while the hub has no block with a successor of a later second.
 */
export async function readSnapshotBlocks(db: DbOrTx, args: SnapshotBlocksArgs): Promise<SnapshotBlocks | null> {
  const newest = timestamps(await lastBlocks(db, [args.hubChainId, ...args.spokes.map(({ chainId }) => chainId)]));
  const settledBefore = settledTimestamp(args, newest);
  if (settledBefore === null) return null;
  const hub = (await lastBlocks(db, [args.hubChainId], lt(blocks.timestampSec, settledBefore))).get(args.hubChainId);
  if (hub === undefined) return null;
  const usable = await lastBlocks(db, usableChains(args, newest), lte(blocks.timestampSec, hub.timestampSec));
  const spokes = [...args.spokes]
    .sort((a, b) => a.spoke - b.spoke)
    .map(({ spoke, chainId }) => ({ spoke, chainId, block: usable.get(chainId) ?? null }));
  return {
    snapshot: {
      hubBlock: hub.number,
      hubTimestamp: hub.timestampSec,
      hubHash: hub.hash as Hash,
      spokes: spokes.map(({ spoke, block }) => ({
        spoke,
        number: block?.number ?? 0,
        blockHash: (block?.hash ?? ZERO_HASH) as Hash,
      })),
    },
    spokes: spokes.flatMap(({ spoke, chainId, block }) =>
      block === null ? [] : [{ spoke, chainId, number: block.number, timestampSec: block.timestampSec }],
    ),
  };
}

/** Pure: blocks with a timestamp below this are settled on every chain that is used; null without a hub block. */
export function settledTimestamp(args: SnapshotBlocksArgs, newest: ReadonlyMap<ChainId, number>): number | null {
  const times = [args.hubChainId, ...usableChains(args, newest)].map((chainId) => newest.get(chainId));
  const known = times.filter((time) => time !== undefined);
  return newest.has(args.hubChainId) ? Math.min(...known) : null;
}

function usableChains(args: SnapshotBlocksArgs, newest: ReadonlyMap<ChainId, number>): ChainId[] {
  const hubTime = newest.get(args.hubChainId);
  if (hubTime === undefined) return [];
  return args.spokes
    .map((spoke) => spoke.chainId)
    .filter((chainId) => !(args.haltedChainIds?.has(chainId) ?? false))
    .filter((chainId) => (newest.get(chainId) ?? -Infinity) >= hubTime - args.maxSpokeLagSec);
}

interface LastBlock {
  readonly number: number;
  readonly hash: string;
  readonly timestampSec: number;
}

function timestamps(newest: ReadonlyMap<ChainId, LastBlock>): Map<ChainId, number> {
  return new Map([...newest].map(([chainId, { timestampSec }]) => [chainId, timestampSec]));
}

/** Of each chain the newest block that meets the condition, in one query however many chains there are. */
async function lastBlocks(
  db: DbOrTx,
  chainIds: readonly ChainId[],
  condition?: SQL,
): Promise<ReadonlyMap<ChainId, LastBlock>> {
  if (chainIds.length === 0) return new Map();
  const { number, hash, timestampSec } = blocks;
  const last = db
    .select({ number, hash, timestampSec })
    .from(blocks)
    .where(and(eq(blocks.chainId, sql`chains.id`), condition))
    .orderBy(desc(number))
    .limit(1)
    .as('last');
  const rows = await db
    .select({
      chainId: sql`chains.id`.mapWith(blocks.chainId),
      number: last.number,
      hash: last.hash,
      timestampSec: last.timestampSec,
    })
    .from(sql`unnest(${sql.param([...new Set(chainIds)])}::bigint[]) as chains(id)`)
    .crossJoinLateral(last);
  return new Map(rows.map(({ chainId, ...block }) => [chainId as ChainId, block]));
}
