import { Interface, isError, type BlockTag, type Log, type Provider, type Result, type TopicFilter } from 'ethers';
import { auctionHubAbi } from '../abi/auctionHub.js';
import { liquiditySpokeAbi } from '../abi/liquiditySpoke.js';
import { testTokenAbi } from '../abi/testToken.js';
import { chainOf, type Deployment } from '../deployment.js';
import type { Address, ChainId, SpokeId } from '../ids.js';
import { ClientError } from './clientError.js';

export const hubInterface = new Interface(auctionHubAbi);
export const spokeInterface = new Interface(liquiditySpokeAbi);
export const tokenInterface = new Interface(testTokenAbi);

/** One of ALA's contracts, and how to read its chain. */
export interface ContractOnChain {
  readonly chain: string;
  readonly chainId: ChainId;
  readonly address: Address;
  /** No event of the contract is older. */
  readonly startBlock: number;
  readonly provider: Provider;
}

export interface SpokeOnChain extends ContractOnChain {
  readonly spokeId: SpokeId;
}

/** Gives the provider of a chain, by its name in the deployment. */
export type ProviderOf = (chain: string) => Provider;

/** @throws ClientError if the deployment has no such spoke. */
export function spokeOnChain(deployment: Deployment, spokeId: number, providerOf: ProviderOf): SpokeOnChain {
  const found = deployment.spokes.find(({ id }) => (id as number) === spokeId);
  if (found === undefined) {
    const ids = deployment.spokes.map(({ id }) => id).join(', ');
    const what = `the deployment has no spoke ${spokeId}`;
    throw new ClientError({ kind: 'input', what, whatToDo: `Name one of ${ids}.` });
  }
  const { chainId, startBlock } = chainOf(deployment, found.chain);
  const where = { chain: found.chain, chainId, startBlock, provider: providerOf(found.chain) };
  return { ...where, address: found.spoke, spokeId: found.id };
}

export function hubOnChain(deployment: Deployment, providerOf: ProviderOf): ContractOnChain {
  const { chain, auctionHub: address } = deployment.hub;
  const { chainId, startBlock } = chainOf(deployment, chain);
  return { chain, chainId, address, startBlock, provider: providerOf(chain) };
}

/** Calls a view; the result has the outputs' names. */
export async function readView(
  provider: Provider,
  contract: { readonly address: string; readonly abi: Interface },
  method: string,
  args: readonly unknown[] = [],
  blockTag: BlockTag = 'latest',
): Promise<Result> {
  const data = contract.abi.encodeFunctionData(method, args);
  const returned = await provider.call({ to: contract.address, data, blockTag });
  return contract.abi.decodeFunctionResult(method, returned);
}

/**
 * Logs of a contract up to a block, the oldest first. A range that the RPC refuses as too long is halved; `topics` as
 * `eth_getLogs` takes them.
 */
export async function readLogs(
  { provider, address, startBlock }: ContractOnChain,
  topics: TopicFilter,
  toBlock: number,
): Promise<Log[]> {
  const filter = { address, topics };
  const read = async (from: number, to: number): Promise<Log[]> => {
    if (from > to) return [];
    try {
      return await provider.getLogs({ ...filter, fromBlock: from, toBlock: to });
    } catch (error) {
      const mayBeTooLong = isError(error, 'UNKNOWN_ERROR') || isError(error, 'SERVER_ERROR');
      if (from === to || !mayBeTooLong) throw error;
      const middle = Math.floor((from + to) / 2);
      return [...(await read(from, middle)), ...(await read(middle + 1, to))];
    }
  };
  return read(startBlock, toBlock);
}
