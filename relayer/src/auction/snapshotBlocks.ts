import { and, desc, eq, lt, lte } from 'drizzle-orm';
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
  const newest = await newestTimestamps(db, [args.hubChainId, ...args.spokes.map((spoke) => spoke.chainId)]);
  const settledBefore = settledTimestamp(args, newest);
  if (settledBefore === null) return null;
  const hub = await lastBlock(db, args.hubChainId, lt(blocks.timestampSec, settledBefore));
  if (hub === null) return null;
  const usable = new Set(usableChains(args, newest));
  const spokes = await Promise.all(
    [...args.spokes]
      .sort((a, b) => a.spoke - b.spoke)
      .map(async ({ spoke, chainId }) => ({
        spoke,
        chainId,
        block: usable.has(chainId) ? await lastBlock(db, chainId, lte(blocks.timestampSec, hub.timestampSec)) : null,
      })),
  );
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

async function newestTimestamps(db: DbOrTx, chainIds: readonly ChainId[]): Promise<Map<ChainId, number>> {
  const newest = new Map<ChainId, number>();
  for (const chainId of new Set(chainIds)) {
    const block = await lastBlock(db, chainId);
    if (block !== null) newest.set(chainId, block.timestampSec);
  }
  return newest;
}

async function lastBlock(db: DbOrTx, chainId: ChainId, condition?: ReturnType<typeof lt>) {
  const [row] = await db
    .select()
    .from(blocks)
    .where(and(eq(blocks.chainId, chainId), condition))
    .orderBy(desc(blocks.number))
    .limit(1);
  return row ?? null;
}
