import { JsonRpcProvider } from 'ethers';
import type { NetworkAnswer } from '@ala/shared/api/network';
import type { SpokeOnChain } from '@ala/shared/client/onChain';
import { toAddress, toChainId, toSpokeId } from '@ala/shared/ids';

export interface BidSpoke extends SpokeOnChain {
  readonly rpcUrl: string;
}

/** The spokes whose chains pages may ask. */
export function bidSpokes({ spokes, chains }: NetworkAnswer): readonly BidSpoke[] {
  return spokes.flatMap(({ spoke, chain, address }) => {
    const found = chains.find(({ chain: name }) => name === chain);
    if (found === undefined || found.rpcUrl === null) return [];
    const { chainId, rpcUrl, startBlock } = found;
    // What was just mined is to be seen at once.
    const provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1 });
    return [
      {
        spokeId: toSpokeId(spoke),
        chain,
        chainId: toChainId(chainId),
        address: toAddress(address),
        startBlock,
        provider,
        rpcUrl,
      },
    ];
  });
}
