import { toQuantity, type JsonRpcProvider } from 'ethers';

/** What a chain's newest block says the time is, seconds. */
export async function chainTimeSec(provider: JsonRpcProvider): Promise<number> {
  const block = await provider.getBlock('latest');
  if (block === null) throw new Error('the chain has no block yet');
  return block.timestamp;
}

/**
 * Moves the clocks of chains on together, by the same time, until all of them show at least `untilSec`; they go on from there. For
 * what takes minutes in life and would make a devnet wait.
 */
export async function moveTime(providers: readonly JsonRpcProvider[], untilSec: number): Promise<void> {
  const times = await Promise.all(providers.map(chainTimeSec));
  const bySec = untilSec - Math.min(...times);
  if (bySec <= 0) return;
  await Promise.all(providers.map((provider) => provider.send('evm_increaseTime', [toQuantity(bySec)])));
  await Promise.all(providers.map((provider) => provider.send('evm_mine', [])));
}
