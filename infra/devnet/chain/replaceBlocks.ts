import { toQuantity, type JsonRpcProvider } from 'ethers';
import { chainTimeSec } from './moveTime.js';

/**
 * A reorg: everything above block `keep` is replaced by as many blocks without a transaction. What was in them is in no block and in no
 * pool any more. The clock does not go back.
 */
export async function replaceBlocksAbove(provider: JsonRpcProvider, keep: number): Promise<void> {
  const removed = await transactionsAbove(provider, keep);
  if (removed.length === 0) throw new Error(`no block above ${keep} has a transaction`);
  const beforeSec = await chainTimeSec(provider);
  // A block that comes in between makes the reorg too shallow.
  do {
    await provider.send('anvil_reorg', [(await provider.getBlockNumber()) - keep, []]);
  } while (await anyMined(provider, removed));
  const lostSec = beforeSec - (await chainTimeSec(provider));
  if (lostSec > 0) await provider.send('evm_increaseTime', [toQuantity(lostSec)]);
}

async function transactionsAbove(provider: JsonRpcProvider, keep: number): Promise<readonly string[]> {
  const head = await provider.getBlockNumber();
  const numbers = Array.from({ length: Math.max(0, head - keep) }, (_, index) => keep + 1 + index);
  const blocks = await Promise.all(numbers.map((number) => provider.getBlock(number)));
  return blocks.flatMap((block) => block?.transactions ?? []);
}

async function anyMined(provider: JsonRpcProvider, hashes: readonly string[]): Promise<boolean> {
  const receipts = await Promise.all(hashes.map((hash) => provider.getTransactionReceipt(hash)));
  return receipts.some((receipt) => receipt !== null);
}
