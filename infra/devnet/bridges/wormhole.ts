import { hexlify } from 'ethers';
import { wormholeCode } from '../chain/contractCode.js';
import type { Lane } from '../chain/lane.js';
import { GOVERNANCE_EMITTER, GUARDIAN_ADDRESS, registerChainVaa } from './vaa.js';

export interface WormholeAddresses {
  /** Wormhole's chain id. */
  readonly chainId: number;
  readonly core: string;
  readonly coreImplementation: string;
  readonly tokenBridge: string;
  readonly tokenBridgeImplementation: string;
}

const GOVERNANCE_CHAIN = 1;
/** The Token Bridge asks guardians to wait until a transfer's block is finalized. */
const CONSISTENCY_FINALIZED = 1;

/** Plans Wormhole's core and Token Bridge on one chain, with the devnet's guardian as the whole guardian set. */
export function planWormhole(lane: Lane, wormholeChain: number, evmChainId: number): WormholeAddresses {
  const governance = [GOVERNANCE_CHAIN, GOVERNANCE_EMITTER] as const;

  const coreSetup = wormholeCode('Setup');
  const setup = lane.deploy(coreSetup);
  const coreImplementation = lane.deploy(wormholeCode('Implementation'));
  const core = lane.deploy(wormholeCode('Wormhole'), [
    setup,
    coreSetup.interface.encodeFunctionData('setup', [
      coreImplementation,
      [GUARDIAN_ADDRESS],
      wormholeChain,
      ...governance,
      evmChainId,
    ]),
  ]);

  const bridgeSetupCode = wormholeCode('BridgeSetup');
  const bridgeSetup = lane.deploy(bridgeSetupCode);
  const tokenBridgeImplementation = lane.deploy(wormholeCode('BridgeImplementation'));
  const tokenImplementation = lane.deploy(wormholeCode('TokenImplementation'));
  const weth = lane.deploy(wormholeCode('MockWETH9'));
  const tokenBridge = lane.deploy(wormholeCode('TokenBridge'), [
    bridgeSetup,
    bridgeSetupCode.interface.encodeFunctionData('setup', [
      tokenBridgeImplementation,
      wormholeChain,
      core,
      ...governance,
      tokenImplementation,
      weth,
      CONSISTENCY_FINALIZED,
      evmChainId,
    ]),
  ]);
  return { chainId: wormholeChain, core, coreImplementation, tokenBridge, tokenBridgeImplementation };
}

/** Plans the registration of the other chain's Token Bridge: governance orders it in a VAA. */
export function planWormholePeer(lane: Lane, local: WormholeAddresses, peer: WormholeAddresses): void {
  const vaa = registerChainVaa(local.chainId, peer.chainId, peer.tokenBridge);
  lane.call(local.tokenBridge, wormholeCode('BridgeImplementation').interface, 'registerChain', [hexlify(vaa)]);
}
