import { toQuantity, type JsonRpcProvider } from 'ethers';
import { chainTimeSec } from './moveTime.js';

/**
 * A reorg: everything above block `keep` is replaced by as many blocks without a transaction. What was in them is in no block and in no
 * pool any more. The clock does not go back.
 */
export async function replaceBlocksAbove(provider: JsonRpcProvider, keep: number): Promise<void> {
  const hashOf = async (number: number): Promise<string | undefined> =>
    (await provider.getBlock(number))?.hash ?? undefined;
  const replaced = await hashOf(keep + 1);
  if (replaced === undefined) throw new Error(`the chain has no block above ${keep}`);
  const beforeSec = await chainTimeSec(provider);
  // A block that comes in between makes the reorg too shallow.
  while ((await hashOf(keep + 1)) === replaced) {
    await provider.send('anvil_reorg', [(await provider.getBlockNumber()) - keep, []]);
  }
  const lostSec = beforeSec - (await chainTimeSec(provider));
  if (lostSec > 0) await provider.send('evm_increaseTime', [toQuantity(lostSec)]);
}
