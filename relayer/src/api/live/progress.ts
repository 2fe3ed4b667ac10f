import { and, eq, sql } from 'drizzle-orm';
import type { ChainProgress } from '@ala/shared/api/chains';
import type { Deployment } from '@ala/shared/deployment';
import type { DbOrTx } from '../../db/client.js';
import { blocks, cursors } from '../../db/chainTables.js';

/** The last block that was read of a chain. */
export interface ReadBlock {
  readonly number: number;
  readonly hash: string;
  readonly timestampSec: number;
}

/** By chain id; a chain of which nothing was read is left out. */
export async function readLastBlocks(db: DbOrTx): Promise<Map<number, ReadBlock>> {
  const rows = await db
    .select({
      chainId: cursors.chainId,
      number: blocks.number,
      hash: blocks.hash,
      timestampSec: blocks.timestampSec,
    })
    .from(cursors)
    .innerJoin(blocks, and(eq(blocks.chainId, cursors.chainId), eq(blocks.number, sql`${cursors.nextBlock} - 1`)));
  return new Map(rows.map(({ chainId, ...block }) => [chainId, block]));
}

/** Pure: how far each chain is; one whose last block is older than `maxLagSec`, or that was never read, is behind. */
export function progressOf(
  { chains }: Pick<Deployment, 'chains'>,
  lastBlocks: ReadonlyMap<number, ReadBlock>,
  nowSec: number,
  maxLagSec: number,
): ChainProgress[] {
  return chains.map(({ name, chainId }) => {
    const last = lastBlocks.get(chainId);
    return {
      chain: name,
      chainId,
      blockNumber: last?.number ?? null,
      blockHash: last?.hash ?? null,
      timestampSec: last?.timestampSec ?? null,
      behind: last === undefined || nowSec - last.timestampSec > maxLagSec,
    };
  });
}

/** What an answer says of the chains that it stands on. */
export function freshnessOf(asOf: readonly ChainProgress[]): { asOf: ChainProgress[]; behind: boolean } {
  return { asOf: [...asOf], behind: asOf.some(({ behind }) => behind) };
}
