import { Interface, type LogDescription, type Result } from 'ethers';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { layerZeroPortAbi } from '@ala/shared/abi/layerZeroPort';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { localPortAbi } from '@ala/shared/abi/localPort';
import { wormholePortAbi } from '@ala/shared/abi/wormholePort';
import { chainOf, type BridgeName, type Deployment } from '@ala/shared/deployment';
import { HUB_PEER, type Address, type ChainId, type SpokeId } from '@ala/shared/ids';
import type { ChainLog } from '../chain/readChain.js';

/** Whose event it is: what a contract's address means in this deployment. */
export type Emitter =
  | { readonly role: 'hub' }
  | { readonly role: 'spoke'; readonly spoke: SpokeId }
  /** `peer` is the side of the bridge that this port serves; a local port serves all of them. */
  | { readonly role: 'port'; readonly bridge: BridgeName; readonly peer: number | null };

/** An event of ours, decoded, with its place on its chain. */
export interface AlaEvent {
  readonly chainId: ChainId;
  readonly emitter: Emitter;
  readonly log: ChainLog;
  readonly name: string;
  readonly args: Result;
}

const interfaces = {
  hub: new Interface(auctionHubAbi),
  spoke: new Interface(liquiditySpokeAbi),
  layerzero: new Interface(layerZeroPortAbi),
  wormhole: new Interface(wormholePortAbi),
  local: new Interface(localPortAbi),
};

/** The contracts of ours on one chain, by address. */
export function emittersOn(deployment: Deployment, chainName: string): Map<Address, Emitter> {
  const emitters = new Map<Address, Emitter>();
  if (deployment.hub.chain === chainName) emitters.set(deployment.hub.auctionHub, { role: 'hub' });
  for (const spoke of deployment.spokes) {
    const bridge = spoke.bridge;
    if (spoke.chain === chainName) {
      emitters.set(spoke.spoke, { role: 'spoke', spoke: spoke.id });
      emitters.set(spoke.port, { role: 'port', bridge, peer: bridge === 'local' ? null : spoke.id });
    }
    if (deployment.hub.chain === chainName) {
      emitters.set(spoke.hubPort, { role: 'port', bridge, peer: bridge === 'local' ? null : HUB_PEER });
    }
  }
  return emitters;
}

/** Decodes a chain's logs; what our contracts emit beside ALA's events (ownership, say) is left out. */
export function decodeLogs(
  chainId: ChainId,
  emitters: ReadonlyMap<Address, Emitter>,
  logs: readonly ChainLog[],
): AlaEvent[] {
  return logs.flatMap((log) => {
    const emitter = emitters.get(log.address);
    if (emitter === undefined) return [];
    const description = parse(emitter, log);
    return description === null ? [] : [{ chainId, emitter, log, name: description.name, args: description.args }];
  });
}

function parse(emitter: Emitter, log: ChainLog): LogDescription | null {
  const key = emitter.role === 'port' ? emitter.bridge : emitter.role;
  return interfaces[key].parseLog({ topics: [...log.topics], data: log.data });
}

/** Id of the chain on which the hub stands. */
export function hubChainId(deployment: Deployment): ChainId {
  return chainOf(deployment, deployment.hub.chain).chainId;
}
