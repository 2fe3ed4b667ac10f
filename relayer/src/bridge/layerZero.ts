import { Interface, keccak256, type Result } from 'ethers';
import type { LayerZeroChain } from '@ala/shared/deployment';
import { ZERO_HASH, type Address } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import { readContract } from '../chain/contracts.js';
import type { Preparation } from '../dispatch/preparation.js';
import { composeMessageOf, type ComposeMessage } from './layerZeroCompose.js';
import type { Packet } from './layerZeroPacket.js';

const endpointInterface = new Interface([
  'function composeQueue(address from, address to, bytes32 guid, uint16 index) view returns (bytes32 messageHash)',
  'function inboundPayloadHash(address receiver, uint32 srcEid, bytes32 sender, uint64 nonce) view returns (bytes32 payloadHash)',
  'function lzReceive((uint32 srcEid, bytes32 sender, uint64 nonce) origin, address receiver, bytes32 guid, bytes message, bytes extraData) payable',
  'function lzCompose(address from, address to, bytes32 guid, uint16 index, bytes message, bytes extraData) payable',
]);
const ulnConfig =
  '(uint64 confirmations, uint8 requiredDVNCount, uint8 optionalDVNCount, uint8 optionalDVNThreshold, address[] requiredDVNs, address[] optionalDVNs)';
const ulnInterface = new Interface([
  `function getUlnConfig(address oapp, uint32 remoteEid) view returns (${ulnConfig} config)`,
  `function verifiable(${ulnConfig} config, bytes32 headerHash, bytes32 payloadHash) view returns (bool verified)`,
  'function commitVerification(bytes packetHeader, bytes32 payloadHash)',
]);
const oftInterface = new Interface(['function decimalConversionRate() view returns (uint256 rate)']);

/** `composeQueue` holds this once a message was composed. */
const COMPOSED = `0x${'0'.repeat(63)}1`;
const RETRY_MS = 400;

export interface CarryLayerZeroArgs {
  readonly packet: Packet;
  readonly destination: Chain;
  readonly layerzero: LayerZeroChain;
  /** The paid executor delivers by itself; before this time is over we leave delivery to it. */
  readonly executorGraceLeftMs: number;
}

/** Where a packet stands on its destination, and with it what has to be done next. */
export type PacketStage = 'composed' | 'delivered' | 'committed' | 'verified' | 'unverified';

/**
 * Carries a packet on: commits what the DVNs have verified, delivers it, and composes (hands tokens and message to our
 * port). Delivery is also the paid executor's work, composing is ours alone: no gas is bought for it.
 */
export async function prepareLayerZero(args: CarryLayerZeroArgs): Promise<Preparation> {
  const { packet, layerzero } = args;
  const compose = await readCompose(args);
  const stage = await readStage(args, compose);
  if (stage === 'composed') return { status: 'done' };
  if (stage === 'unverified') return notReady('the DVNs have not verified yet');
  if (stage === 'delivered') return send(layerzero.endpoint, composeCall(packet, compose));
  if (args.executorGraceLeftMs > 0)
    return notReady('left to the executor', Math.min(RETRY_MS, args.executorGraceLeftMs));
  return stage === 'committed'
    ? send(layerzero.endpoint, receiveCall(packet))
    : send(
        layerzero.receiveUln,
        ulnInterface.encodeFunctionData('commitVerification', [packet.header, packet.payloadHash]),
      );
}

async function readStage(args: CarryLayerZeroArgs, compose: ComposeMessage): Promise<PacketStage> {
  const { packet } = args;
  const { receiver, srcEid, sender, nonce, guid } = packet;
  const [queued] = await onEndpoint(args, 'composeQueue', [receiver, compose.to, guid, 0]);
  if (queued === COMPOSED) return 'composed';
  if (queued !== ZERO_HASH) return 'delivered';
  const [waiting] = await onEndpoint(args, 'inboundPayloadHash', [receiver, srcEid, sender, nonce]);
  if (waiting === packet.payloadHash) return 'committed';
  return (await isVerified(args)) ? 'verified' : 'unverified';
}

async function isVerified({ packet, destination, layerzero }: CarryLayerZeroArgs): Promise<boolean> {
  const uln = { address: layerzero.receiveUln, abi: ulnInterface };
  const { provider } = destination;
  const [config] = await readContract(provider, uln, 'getUlnConfig', [packet.receiver, packet.srcEid]);
  const [verified] = await readContract(provider, uln, 'verifiable', [
    config,
    keccak256(packet.header),
    packet.payloadHash,
  ]);
  return verified === true;
}

async function readCompose({ packet, destination }: CarryLayerZeroArgs): Promise<ComposeMessage> {
  const oft = { address: packet.receiver, abi: oftInterface };
  const [rate] = await readContract(destination.provider, oft, 'decimalConversionRate', []);
  return composeMessageOf(packet, BigInt(String(rate)));
}

function onEndpoint(args: CarryLayerZeroArgs, method: string, values: readonly unknown[]): Promise<Result> {
  const endpoint = { address: args.layerzero.endpoint, abi: endpointInterface };
  return readContract(args.destination.provider, endpoint, method, values);
}

function composeCall(packet: Packet, compose: ComposeMessage): string {
  const { receiver, guid } = packet;
  return endpointInterface.encodeFunctionData('lzCompose', [receiver, compose.to, guid, 0, compose.message, '0x']);
}

function receiveCall({ srcEid, sender, nonce, receiver, guid, message }: Packet): string {
  const origin = { srcEid, sender, nonce };
  return endpointInterface.encodeFunctionData('lzReceive', [origin, receiver, guid, message, '0x']);
}

function send(to: Address, data: string): Preparation {
  return { status: 'send', call: { to, data, valueWei: 0n, finalErrors: [], oneOfSeveral: true } };
}

function notReady(reason: string, retryInMs = RETRY_MS): Preparation {
  return { status: 'notReady', reason, retryInMs };
}
