import { AbiCoder, Interface, type Result } from 'ethers';
import {
  layerZeroEndpoint,
  layerZeroOft,
  ULN_CONFIG,
  ULN_TYPE,
  wormholeTokenBridge,
} from '@ala/shared/bridgeInterfaces';
import type { Deployment, LayerZeroChain, OftPair, SpokeDeployment } from '@ala/shared/deployment';
import { AlaError } from '@ala/shared/errors';
import { HUB_PEER, type Address } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import { readContract } from '../chain/contracts.js';
import { isContractError } from '../lib/errors.js';
import type { DelegateReading, PeerReading, SecurityReading, VerifierReading } from './pathSecurity.js';

const portInterface = new Interface(['function peerOf(uint32 peer) view returns (uint32 chain, bytes32 port)']);

/** One end of a spoke's route, and the other one. */
interface End {
  readonly chain: Chain;
  readonly far: Chain;
  readonly side: 'hub' | 'spoke';
}

/**
 * How the bridge of a spoke is configured on both chains: peers, verifiers, delegates, emitters. Nothing for a local spoke.
 * @throws what the RPC says when a chain does not answer; AlaError if the deployment file lacks the bridge's addresses.
 */
export async function readSecurity(
  deployment: Deployment,
  chains: readonly Chain[],
  spoke: SpokeDeployment,
): Promise<SecurityReading> {
  if (spoke.bridge === 'local') return { peers: [], verifiers: [], delegates: [] };
  const [hub, far] = [chainNamed(chains, deployment.hub.chain), chainNamed(chains, spoke.chain)];
  const ends: readonly End[] = [
    { chain: hub, far, side: 'hub' },
    { chain: far, far: hub, side: 'spoke' },
  ];
  const pairs = spoke.bridge === 'layerzero' ? [...spoke.ofts.values()] : [];
  const [ports, emitters, ofts] = await Promise.all([
    Promise.all(ends.map((end) => portPeer(end, spoke))),
    Promise.all(spoke.bridge === 'wormhole' ? ends.map(tokenBridgePeer) : []),
    Promise.all(ends.flatMap((end) => pairs.map((pair) => readOft(end, pair)))),
  ]);
  return {
    peers: [...ports, ...emitters, ...ofts.map(({ peer }) => peer)],
    verifiers: ofts.flatMap(({ verifiers }) => verifiers),
    delegates: ofts.map(({ delegate }) => delegate),
  };
}

/** The port of ours at this end knows the one at the other. */
async function portPeer({ chain, side }: End, spoke: SpokeDeployment): Promise<PeerReading> {
  const [contract, expected] = side === 'hub' ? [spoke.hubPort, spoke.port] : [spoke.port, spoke.hubPort];
  const peerId = side === 'hub' ? spoke.id : HUB_PEER;
  const answer = await view(chain, contract, portInterface, 'peerOf', [peerId]);
  const peer = answer === null ? 'no answer' : String(answer['port']);
  return { chain: chain.name, contract, what: `peer port ${peerId}`, peer, expected };
}

async function tokenBridgePeer({ chain, far }: End): Promise<PeerReading> {
  const [own, other] = [wormholeOf(chain), wormholeOf(far)];
  const answer = await view(chain, own.tokenBridge, wormholeTokenBridge, 'bridgeContracts', [other.chainId]);
  return {
    chain: chain.name,
    contract: own.tokenBridge,
    what: `emitter of Wormhole chain ${other.chainId}`,
    peer: answer === null ? 'no answer' : String(answer['emitter']),
    expected: other.tokenBridge,
  };
}

async function readOft(
  { chain, far, side }: End,
  pair: OftPair,
): Promise<{ peer: PeerReading; verifiers: VerifierReading[]; delegate: DelegateReading }> {
  const [contract, expected] = side === 'hub' ? [pair.hub, pair.spoke] : [pair.spoke, pair.hub];
  const [local, remote] = [layerZeroOf(chain), layerZeroOf(far).eid];
  const at = { chain: chain.name, contract };
  const [peer, delegate, sending, receiving] = await Promise.all([
    view(chain, contract, layerZeroOft, 'peers', [remote]),
    view(chain, local.endpoint, layerZeroEndpoint, 'delegates', [contract]),
    requiredDvns(chain, local, contract, remote, 'getSendLibrary'),
    requiredDvns(chain, local, contract, remote, 'getReceiveLibrary'),
  ]);
  return {
    peer: { ...at, what: `peer towards ${remote}`, peer: peer === null ? 'no answer' : String(peer['peer']), expected },
    verifiers: [
      { ...at, what: `sending towards ${remote}`, requiredDvns: sending },
      { ...at, what: `receiving from ${remote}`, requiredDvns: receiving },
    ],
    delegate: {
      ...at,
      delegate: delegate === null ? 'no answer' : String(delegate['delegate']),
      expected: pair.delegates?.[side] ?? null,
    },
  };
}

/** Of the library that the endpoint really uses for this OFT and path. */
async function requiredDvns(
  chain: Chain,
  { endpoint }: LayerZeroChain,
  oft: Address,
  remoteEid: number,
  library: 'getSendLibrary' | 'getReceiveLibrary',
): Promise<readonly string[] | null> {
  const used = await view(chain, endpoint, layerZeroEndpoint, library, [oft, remoteEid]);
  if (used === null) return null;
  const args = [oft, used['lib'], remoteEid, ULN_CONFIG];
  const answer = await view(chain, endpoint, layerZeroEndpoint, 'getConfig', args);
  if (answer === null) return null;
  const [config] = AbiCoder.defaultAbiCoder().decode([ULN_TYPE], String(answer['config'])) as unknown as [
    { requiredDVNs: readonly string[] },
  ];
  return [...config.requiredDVNs];
}

/** Null if the contract refuses or is not there, which is an answer too; an RPC that is down is none. */
async function view(
  { provider }: Chain,
  address: Address,
  abi: Interface,
  method: string,
  args: readonly unknown[],
): Promise<Result | null> {
  try {
    return await readContract(provider, { address, abi }, method, args);
  } catch (error) {
    if (isContractError(error)) return null;
    throw error;
  }
}

function chainNamed(chains: readonly Chain[], name: string): Chain {
  const chain = chains.find((candidate) => candidate.name === name);
  if (chain === undefined) throw new AlaError(`no chain named ${name} in the deployment file`);
  return chain;
}

function layerZeroOf({ name, deployment: { layerzero } }: Chain): LayerZeroChain {
  if (layerzero === null) throw new AlaError(`chain ${name} has no LayerZero addresses in the deployment file`);
  return layerzero;
}

function wormholeOf({ name, deployment: { wormhole } }: Chain) {
  if (wormhole === null) throw new AlaError(`chain ${name} has no Wormhole addresses in the deployment file`);
  return wormhole;
}
