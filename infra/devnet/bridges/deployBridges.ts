import type { DevnetAccounts } from '../accounts.js';
import type { RunningChain } from '../chain/anvil.js';
import { CHAIN_NAMES, CHAIN_SPECS, type ChainName } from '../chain/chainSpec.js';
import { Lane } from '../chain/lane.js';
import { proveBytecode, type BytecodeProof } from './bytecodeProof.js';
import { planLayerZero, type LayerZeroAddresses } from './layerZero.js';
import { createWrappedTokens, planAttestations, planOftToken, TOKEN_SPECS, type DevnetToken } from './tokens.js';
import { planWormhole, planWormholePeer, type WormholeAddresses } from './wormhole.js';

export type DevnetTokens = Readonly<Record<keyof typeof TOKEN_SPECS, DevnetToken>>;

export interface DeployedBridges {
  readonly layerZero: { readonly hub: LayerZeroAddresses; readonly spokeA: LayerZeroAddresses };
  readonly wormhole: { readonly hub: WormholeAddresses; readonly spokeB: WormholeAddresses };
  readonly tokens: DevnetTokens;
  readonly bytecodeProof: readonly BytecodeProof[];
}

/** LayerZero between hub and spoke A, Wormhole between hub and spoke B, and three tokens on all three chains. */
export async function deployBridges(
  chains: Readonly<Record<ChainName, RunningChain>>,
  accounts: DevnetAccounts,
): Promise<DeployedBridges> {
  const openLane = (name: ChainName): Promise<Lane> => Lane.open(chains[name].provider, accounts.deployer);
  const [hub, spokeA, spokeB] = await Promise.all([openLane('hub'), openLane('spokeA'), openLane('spokeB')]);
  const specs = CHAIN_SPECS;

  const layerZero = {
    hub: planLayerZero(hub, specs.hub.layerZeroEid, specs.spokeA.layerZeroEid, accounts),
    spokeA: planLayerZero(spokeA, specs.spokeA.layerZeroEid, specs.hub.layerZeroEid, accounts),
  };
  const wormhole = {
    hub: planWormhole(hub, specs.hub.wormholeChain, specs.hub.chainId),
    spokeB: planWormhole(spokeB, specs.spokeB.wormholeChain, specs.spokeB.chainId),
  };
  planWormholePeer(hub, wormhole.hub, wormhole.spokeB);
  planWormholePeer(spokeB, wormhole.spokeB, wormhole.hub);

  const plannedTokens = Object.values(TOKEN_SPECS).map((spec) =>
    planOftToken(spec, { lane: hub, layerZero: layerZero.hub }, { lane: spokeA, layerZero: layerZero.spokeA }),
  );
  planAttestations(hub, wormhole.hub, plannedTokens);

  const [receipts] = await Promise.all([hub.flush(), spokeA.flush(), spokeB.flush()]);
  const [tUSD, tETH, tBTC] = (await createWrappedTokens(
    { lane: hub, wormhole: wormhole.hub, receipts },
    { lane: spokeB, wormhole: wormhole.spokeB },
    plannedTokens,
  )) as [DevnetToken, DevnetToken, DevnetToken];

  const lanes = { hub, spokeA, spokeB };
  return { layerZero, wormhole, tokens: { tUSD, tETH, tBTC }, bytecodeProof: await proveAll(lanes) };
}

async function proveAll(lanes: Readonly<Record<ChainName, Lane>>): Promise<BytecodeProof[]> {
  const proofs = await Promise.all(
    CHAIN_NAMES.map((name) => proveBytecode(name, lanes[name].provider, lanes[name].deployments)),
  );
  const differing = proofs.flat().filter((proof) => !proof.equal);
  if (differing.length > 0) {
    const names = differing.map((proof) => `${proof.contract} on ${proof.chain} (${proof.address})`).join(', ');
    throw new Error(`deployed code is not the package's: ${names}`);
  }
  return proofs.flat();
}
