import { and, desc, eq, inArray } from 'drizzle-orm';
import type { Tx } from '../../db/client.js';
import { blocks } from '../../db/chainTables.js';

/** The number of the newest known block that is still stored with its hash; null if none is. */
export async function readKeptBlock(
  tx: Tx,
  chainId: number,
  known: readonly { readonly number: number; readonly hash: string }[],
): Promise<number | null> {
  const stored = await tx
    .select({ number: blocks.number, hash: blocks.hash })
    .from(blocks)
    .where(
      and(
        eq(blocks.chainId, chainId),
        inArray(
          blocks.number,
          known.map(({ number }) => number),
        ),
      ),
    )
    .orderBy(desc(blocks.number));
  const hashes = new Map(known.map(({ number, hash }) => [number, hash]));
  return stored.find(({ number, hash }) => hashes.get(number) === hash)?.number ?? null;
}
