/** The devnet's three chains and which bridge ties each to the hub. */
export type ChainName = 'hub' | 'spokeA' | 'spokeB';

export const CHAIN_NAMES = ['hub', 'spokeA', 'spokeB'] as const satisfies readonly ChainName[];

export interface ChainSpec {
  readonly name: ChainName;
  /** EVM chain id. */
  readonly chainId: number;
  /** LayerZero endpoint id; from 30000 up, since lower ones count as v1 and refuse compose options. */
  readonly layerZeroEid: number | null;
  /** Wormhole's own chain id. */
  readonly wormholeChain: number | null;
}

/** Eids and Wormhole ids are those of Ethereum and Base: unlike the EVM ids, so that a mix-up of the three cannot pass. */
export const CHAIN_SPECS = {
  hub: { name: 'hub', chainId: 31_337, layerZeroEid: 30_101, wormholeChain: 2 },
  spokeA: { name: 'spokeA', chainId: 31_338, layerZeroEid: 30_184, wormholeChain: null },
  spokeB: { name: 'spokeB', chainId: 31_339, layerZeroEid: null, wormholeChain: 30 },
} as const satisfies Record<ChainName, ChainSpec>;
