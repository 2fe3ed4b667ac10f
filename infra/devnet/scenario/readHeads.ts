import { CHAIN_NAMES, type ChainName } from '../chain/chainSpec.js';
import type { Devnet } from '../devnet.js';

/** The newest block of each chain: what is watched from there on has not happened yet. */
export async function readHeads({ chains }: Pick<Devnet, 'chains'>): Promise<Readonly<Record<ChainName, number>>> {
  const heads = CHAIN_NAMES.map(async (name) => [name, await chains[name].provider.getBlockNumber()] as const);
  return Object.fromEntries(await Promise.all(heads)) as Record<ChainName, number>;
}
