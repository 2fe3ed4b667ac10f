import { concat, hexlify, toBeHex, zeroPadValue, type Interface, type TransactionReceipt } from 'ethers';
import { alaCode, wormholeCode } from '../chain/contractCode.js';
import type { Lane } from '../chain/lane.js';
import type { LayerZeroAddresses } from './layerZero.js';
import { LOG_MESSAGE_PUBLISHED, publishedMessage } from './publishedMessage.js';
import { GUARDIAN_PRIVATE_KEY, signVaa } from './vaa.js';
import type { WormholeAddresses } from './wormhole.js';

export interface TokenSpec {
  readonly symbol: string;
  readonly name: string;
  readonly decimals: 6 | 18;
}

export const TOKEN_SPECS = {
  tUSD: { symbol: 'tUSD', name: 'Devnet dollar', decimals: 6 },
  tETH: { symbol: 'tETH', name: 'Devnet ether', decimals: 18 },
  tBTC: { symbol: 'tBTC', name: 'Devnet bitcoin', decimals: 18 },
} as const satisfies Record<string, TokenSpec>;

/** One hub token and its representations. */
export interface DevnetToken extends TokenSpec {
  /** The token itself, on the hub. */
  readonly hub: string;
  /** Locks it on the hub while it travels over LayerZero. */
  readonly oftAdapter: string;
  /** The OFT on spoke A: token and OApp in one. */
  readonly spokeA: string;
  /** The Token Bridge's wrapped asset on spoke B. */
  readonly spokeB: string;
}

export type OftToken = Omit<DevnetToken, 'spokeB'>;

/** OFT's message type for a transfer without a compose. */
const MSG_TYPE_SEND = 1;
const LZ_RECEIVE_GAS = 200_000n;

/** Options of type 3 with one entry: executor (1), 17 bytes, lzReceive (1), gas. */
function lzReceiveOptions(gas: bigint): string {
  return concat(['0x0003', '0x01', toBeHex(17, 2), '0x01', toBeHex(gas, 16)]);
}

/** Plans the token, its OFT adapter and its OFT, each the other's peer. */
export function planOftToken(
  spec: TokenSpec,
  hub: { lane: Lane; layerZero: LayerZeroAddresses },
  spokeA: { lane: Lane; layerZero: LayerZeroAddresses },
): OftToken {
  const owner = hub.lane.address;
  const token = hub.lane.deploy(alaCode('TestToken'), [spec.name, spec.symbol, spec.decimals, owner]);
  const adapterCode = alaCode('DevnetOFTAdapter');
  const oftAdapter = hub.lane.deploy(adapterCode, [token, hub.layerZero.endpoint, owner]);
  const oftCode = alaCode(`DevnetOFT${spec.decimals}`, 'DevnetOFT');
  const oft = spokeA.lane.deploy(oftCode, [spec.name, spec.symbol, spokeA.layerZero.endpoint, owner]);

  const wire = (lane: Lane, local: string, remoteEid: number, remote: string): void => {
    lane.call(local, adapterCode.interface, 'setPeer', [remoteEid, zeroPadValue(remote, 32)]);
    const enforced = { eid: remoteEid, msgType: MSG_TYPE_SEND, options: lzReceiveOptions(LZ_RECEIVE_GAS) };
    lane.call(local, adapterCode.interface, 'setEnforcedOptions', [[enforced]]);
  };
  wire(hub.lane, oftAdapter, spokeA.layerZero.eid, oft);
  wire(spokeA.lane, oft, hub.layerZero.eid, oftAdapter);
  return { ...spec, hub: token, oftAdapter, spokeA: oft };
}

/** Plans the Token Bridge's attestation of hub tokens, which a guardian has to sign before they exist elsewhere. */
export function planAttestations(lane: Lane, wormhole: WormholeAddresses, tokens: readonly OftToken[]): void {
  const bridge = wormholeCode('BridgeImplementation').interface;
  for (const [nonce, token] of tokens.entries())
    lane.call(wormhole.tokenBridge, bridge, 'attestToken', [token.hub, nonce]);
}

/** Signs the attestations found in the hub's receipts, creates the wrapped assets on spoke B and completes the tokens. */
export async function createWrappedTokens(
  hub: { lane: Lane; wormhole: WormholeAddresses; receipts: readonly TransactionReceipt[] },
  spokeB: { lane: Lane; wormhole: WormholeAddresses },
  tokens: readonly OftToken[],
): Promise<DevnetToken[]> {
  const bridge = wormholeCode('BridgeImplementation').interface;
  for (const vaa of await attestationVaas(hub)) {
    spokeB.lane.call(spokeB.wormhole.tokenBridge, bridge, 'createWrapped', [hexlify(vaa)]);
  }
  await spokeB.lane.flush();
  return Promise.all(
    tokens.map(async (token) => ({
      ...token,
      spokeB: await wrappedAsset(spokeB, hub.wormhole.chainId, token.hub, bridge),
    })),
  );
}

async function attestationVaas(hub: {
  lane: Lane;
  wormhole: WormholeAddresses;
  receipts: readonly TransactionReceipt[];
}): Promise<Uint8Array[]> {
  const logs = hub.receipts
    .flatMap((receipt) => receipt.logs)
    .filter((log) => log.address === hub.wormhole.core && log.topics[0] === LOG_MESSAGE_PUBLISHED);
  return Promise.all(
    logs.map(async (log) => {
      const block = await hub.lane.provider.getBlock(log.blockNumber);
      if (!block) throw new Error(`block ${log.blockNumber} of an attestation is gone`);
      return signVaa(publishedMessage(log, hub.wormhole.chainId, block.timestamp), GUARDIAN_PRIVATE_KEY);
    }),
  );
}

async function wrappedAsset(
  spokeB: { lane: Lane; wormhole: WormholeAddresses },
  homeChain: number,
  homeToken: string,
  bridge: Interface,
): Promise<string> {
  const data = bridge.encodeFunctionData('wrappedAsset', [homeChain, zeroPadValue(homeToken, 32)]);
  const [wrapped] = bridge.decodeFunctionResult(
    'wrappedAsset',
    await spokeB.lane.provider.call({ to: spokeB.wormhole.tokenBridge, data }),
  );
  if (BigInt(wrapped as string) === 0n) throw new Error(`the Token Bridge made no wrapped asset of ${homeToken}`);
  return wrapped as string;
}
