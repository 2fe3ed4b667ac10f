import { zeroPadValue } from 'ethers';
import { contractArtifact } from '../artifact.js';
import { routesOf } from '../config/routes.js';
import type { ChainConfig, DeployConfig, SpokeConfig } from '../config/schema.js';
import { AUCTION_HUB, HUB_PEER, hubPortKey, spokeKey, spokePortKey } from './keys.js';
import { callStep, deployStep } from './makeStep.js';
import { word, type AddressOf, type CallStep, type DeployStep, type StateCheck } from './step.js';

/** One end of a spoke's pair of ports, as seen from it. */
interface PortEnd {
  readonly side: 'hub' | 'spoke';
  readonly chain: string;
  readonly port: string;
  /** Key of the contract that the port serves. */
  readonly receiver: string;
  readonly peer: { readonly id: number; readonly chain: string; readonly port: string };
}

function endsOf(config: DeployConfig, spoke: SpokeConfig): PortEnd[] {
  const hub = { chain: config.hub, port: hubPortKey(spoke.id) };
  const far = { chain: spoke.chain, port: spokePortKey(spoke) };
  return [
    { side: 'hub', ...hub, receiver: AUCTION_HUB, peer: { id: spoke.id, ...far } },
    { side: 'spoke', ...far, receiver: spokeKey(spoke.id), peer: { id: HUB_PEER, ...hub } },
  ];
}

const ARTIFACTS = { layerzero: 'LayerZeroPort', wormhole: 'WormholePort', local: 'LocalPort' } as const;

/** Each spoke has ports of its own on both sides: replacing them touches no other spoke. Locally one contract is both. */
export function portDeployments(config: DeployConfig, spoke: SpokeConfig, deployer: string): DeployStep[] {
  const artifact = ARTIFACTS[spoke.bridge];
  if (spoke.bridge === 'local') {
    return [
      deployStep({ key: hubPortKey(spoke.id), chain: config.hub, artifact, args: () => [deployer], owned: true }),
    ];
  }
  return endsOf(config, spoke).map(({ chain, port }) => {
    const bridge = bridgeAddresses(config.chains[chain], spoke.bridge);
    return deployStep({
      key: port,
      chain,
      artifact,
      args: () => [deployer, ...bridge.args],
      immutables: () => bridge.immutables,
      owned: true,
    });
  });
}

function bridgeAddresses(chain: ChainConfig | undefined, bridge: SpokeConfig['bridge']) {
  if (bridge === 'layerzero' && chain?.layerzero !== undefined) {
    const { endpoint } = chain.layerzero;
    return { args: [endpoint], immutables: { endpoint: word(endpoint) } };
  }
  if (bridge === 'wormhole' && chain?.wormhole !== undefined) {
    const { core, tokenBridge, chainId } = chain.wormhole;
    const immutables = { core: word(core), tokenBridge: word(tokenBridge), wormholeChain: word(chainId) };
    return { args: [core, tokenBridge], immutables };
  }
  return { args: [], immutables: {} };
}

/** Ties the ports to whom they serve, to each other and to the tokens. */
export function portWiring(config: DeployConfig, spoke: SpokeConfig): CallStep[] {
  if (spoke.bridge === 'local') return localWiring(config, spoke);
  return endsOf(config, spoke).flatMap((end) => [
    receiverStep(end.chain, end.port, ARTIFACTS[spoke.bridge], end.receiver),
    peerStep(config, spoke, end),
    ...receiveGasSteps(spoke, end),
    ...tokenSteps(config, spoke, end),
  ]);
}

function receiverStep(chain: string, on: string, artifact: string, receiver: string): CallStep {
  return callStep({
    chain,
    on,
    artifact,
    method: 'setReceiver',
    args: (at) => [at(receiver)],
    once: true,
    view: { method: 'receiver' },
    expected: (at) => ({ receiver: at(receiver) }),
  });
}

function localWiring(config: DeployConfig, spoke: SpokeConfig): CallStep[] {
  const port = { chain: config.hub, on: hubPortKey(spoke.id), artifact: ARTIFACTS.local };
  const at = (address: AddressOf): string => address(spokeKey(spoke.id));
  const setSpoke = callStep({
    ...port,
    method: 'setSpoke',
    which: String(spoke.id),
    args: (address) => [spoke.id, at(address)],
    once: true,
    view: { method: 'spokeOf', args: () => [spoke.id] },
    expected: (address) => ({ spoke: at(address) }),
  });
  return [receiverStep(port.chain, port.on, port.artifact, AUCTION_HUB), setSpoke];
}

function peerStep(config: DeployConfig, spoke: SpokeConfig, { chain, port, peer }: PortEnd): CallStep {
  const peerChain = config.chains[peer.chain];
  const number = spoke.bridge === 'layerzero' ? peerChain?.layerzero?.eid : peerChain?.wormhole?.chainId;
  const peerPort = (at: AddressOf): string => zeroPadValue(at(peer.port), 32);
  return callStep({
    chain,
    on: port,
    artifact: ARTIFACTS[spoke.bridge],
    method: 'setPeer',
    which: String(peer.id),
    args: (at) => [peer.id, number, peerPort(at)],
    once: true,
    view: { method: 'peerOf', args: () => [peer.id] },
    expected: (at) => ({ chain: number, port: peerPort(at) }),
  });
}

function receiveGasSteps({ layerzero }: SpokeConfig, { side, chain, port, peer }: PortEnd): CallStep[] {
  if (layerzero === undefined) return [];
  // The gas is spent where the peer is.
  const gas = layerzero.receiveGas[side === 'hub' ? 'spoke' : 'hub'];
  const step = callStep({
    chain,
    on: port,
    artifact: ARTIFACTS.layerzero,
    method: 'setReceiveGas',
    which: String(peer.id),
    args: () => [peer.id, gas],
    once: false,
    view: { method: 'receiveGas', args: () => [peer.id] },
    expected: () => ({ receiveGas: gas }),
  });
  return [step];
}

function tokenSteps(config: DeployConfig, spoke: SpokeConfig, { side, chain, port }: PortEnd): CallStep[] {
  const call = { chain, on: port, artifact: ARTIFACTS[spoke.bridge], method: 'setToken' };
  return routesOf(config, spoke).map(({ tokenName, token, representation, localDecimals }) => {
    const [local, decimals] = side === 'hub' ? [token.hub, token.decimals] : [representation.token, localDecimals];
    const { ofts } = representation;
    if (ofts === undefined) {
      return callStep({
        ...call,
        which: tokenName,
        args: () => [local],
        once: true,
        view: { method: 'allowed', args: () => [local] },
        expected: () => ({ allowed: true }),
      });
    }
    const oft = ofts[side].address;
    const carries: StateCheck = {
      on: port,
      interface: contractArtifact(ARTIFACTS.layerzero).interface,
      method: 'tokenOfOft',
      args: () => [oft],
      expected: () => ({ token: local }),
      what: `tokenOfOft ${tokenName}`,
    };
    return callStep({
      ...call,
      which: tokenName,
      args: () => [local, oft],
      once: true,
      view: { method: 'transportOf', args: () => [local] },
      expected: () => ({ oft, sharedUnitLocal: 10n ** BigInt(Math.max(0, decimals - ofts.sharedDecimals)) }),
      also: [carries],
    });
  });
}
