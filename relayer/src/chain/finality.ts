import type { JsonRpcProvider } from 'ethers';
import { readHeader } from './header.js';

/** When a block of a chain is final: by the node's own tag, or so many blocks below the head. */
export type Finality = 'finalized' | 'safe' | number;

/** Deeper than any fork of a test chain. */
export const DEPTH_WITHOUT_TAG = 64;

/** Pure: what the profile of a deployment asks for where nothing is configured. A devnet's tags mean nothing. */
export function defaultFinality(profile: 'devnet' | 'production'): Finality {
  return profile === 'production' ? 'finalized' : DEPTH_WITHOUT_TAG;
}

/** The newest final block, not above `lastBlock`; null if there is none, or the node does not know the tag. */
export async function readFinalBlock(
  provider: JsonRpcProvider,
  finality: Finality,
  lastBlock: number,
): Promise<number | null> {
  if (typeof finality === 'number') return lastBlock < finality ? null : lastBlock - finality;
  try {
    const header = await readHeader(provider, finality);
    return header === null ? null : Math.min(header.number, lastBlock);
  } catch {
    // A node that cannot say it takes nothing back either: what was final stays so.
    return null;
  }
}
