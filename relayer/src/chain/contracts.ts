import { Interface, type BlockTag, type JsonRpcProvider, type Result } from 'ethers';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { wormholePortAbi } from '@ala/shared/abi/wormholePort';
import type { Address } from '@ala/shared/ids';

/** How to talk to ALA's contracts; the addresses come from the deployment. */
export const hubInterface = new Interface(auctionHubAbi);
export const spokeInterface = new Interface(liquiditySpokeAbi);
export const wormholePortInterface = new Interface(wormholePortAbi);

/** Calls a view function; the result has the outputs' names. */
export async function readContract(
  provider: JsonRpcProvider,
  contract: { readonly address: Address; readonly abi: Interface },
  method: string,
  args: readonly unknown[],
  blockTag: BlockTag = 'latest',
): Promise<Result> {
  const data = contract.abi.encodeFunctionData(method, args);
  const returned = await provider.call({ to: contract.address, data, blockTag });
  return contract.abi.decodeFunctionResult(method, returned);
}
