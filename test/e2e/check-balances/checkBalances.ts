import { ChainReader } from './chainReader.js';
import { judge, type BalanceReport } from './judge.js';
import { readNetwork } from './network.js';
import { readWorld } from './readWorld.js';

/**
 * Proves from the address file and the chains alone, at any moment, that every token is accounted for: pins one block a
 * chain, reads events, views and ERC-20 balances there, and holds them against each other.
 * @throws AddressFileError if the file cannot be used; ethers' errors if a chain does not answer.
 */
export async function checkBalances(deploymentFilePath: string): Promise<BalanceReport> {
  const network = readNetwork(deploymentFilePath);
  const readers = new Map(network.chains.map((chain) => [chain.name, new ChainReader(chain)]));
  try {
    const { world } = await readWorld(network, readers);
    return judge(world);
  } finally {
    for (const reader of readers.values()) reader.close();
  }
}
