import { Interface } from 'ethers';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { layerZeroPortAbi } from '@ala/shared/abi/layerZeroPort';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { localPortAbi } from '@ala/shared/abi/localPort';
import { wormholePortAbi } from '@ala/shared/abi/wormholePort';
import { chainOf, type BridgeName, type Deployment } from '@ala/shared/deployment';
import { HUB_PEER, type Address, type ChainId, type SpokeId } from '@ala/shared/ids';
import type { ChainLog } from '../chain/readChain.js';
import { wordDecoders, type WordDecoder } from './wordDecoder.js';

/** Whose event it is: what a contract's address means in this deployment. */
export type Emitter =
  | { readonly role: 'hub' }
  | { readonly role: 'spoke'; readonly spoke: SpokeId }
  /** `peer` is the side of the bridge that this port serves; a local port serves all of them. */
  | { readonly role: 'port'; readonly bridge: BridgeName; readonly peer: number | null };

export type EventArgs = Readonly<Record<string, unknown>>;

/** An event of ours, decoded, with its place on its chain. */
export interface AlaEvent {
  readonly chainId: ChainId;
  readonly emitter: Emitter;
  readonly log: ChainLog;
  readonly name: string;
  /** By the names of the event's parameters: an ethers `Result`, or plain where all of them are words. */
  readonly args: EventArgs;
}

/** What a kind of contract emits. */
interface Abi {
  readonly full: Interface;
  /** By first topic. */
  readonly ofWords: ReadonlyMap<string, WordDecoder>;
}

function abiOf(fragments: readonly string[]): Abi {
  const full = new Interface(fragments);
  return { full, ofWords: wordDecoders(full) };
}

const abis = {
  hub: abiOf(auctionHubAbi),
  spoke: abiOf(liquiditySpokeAbi),
  layerzero: abiOf(layerZeroPortAbi),
  wormhole: abiOf(wormholePortAbi),
  local: abiOf(localPortAbi),
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
    const event = parse(emitter, log);
    return event === null ? [] : [{ chainId, emitter, log, ...event }];
  });
}

function parse(emitter: Emitter, log: ChainLog): Pick<AlaEvent, 'name' | 'args'> | null {
  const { full, ofWords } = abis[emitter.role === 'port' ? emitter.bridge : emitter.role];
  const words = ofWords.get(log.topics[0] ?? '')?.(log);
  if (words !== undefined && words !== null) return words;
  const description = full.parseLog({ topics: [...log.topics], data: log.data });
  return description === null ? null : { name: description.name, args: description.args };
}

/** Id of the chain on which the hub stands. */
export function hubChainId(deployment: Deployment): ChainId {
  return chainOf(deployment, deployment.hub.chain).chainId;
}
