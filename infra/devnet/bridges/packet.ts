import { dataLength, dataSlice, getAddress, Interface, keccak256, toBigInt, toNumber, type Log } from 'ethers';
import { eventTopic, readEvent } from '../chain/events.js';

/**
 * A LayerZero packet, as `PacketSent` carries it:
 * version 1 | nonce 8 | source eid 4 | sender 32 | destination eid 4 | receiver 32 || guid 32 | message
 * The part before the bar is the header.
 */
export interface Packet {
  readonly header: string;
  readonly nonce: bigint;
  readonly srcEid: number;
  /** 32 bytes. */
  readonly sender: string;
  readonly dstEid: number;
  readonly receiver: string;
  readonly guid: string;
  readonly message: string;
  /** Of guid and message: what verifiers vouch for. */
  readonly payloadHash: string;
  /** Gas that the sender has paid for, for `lzReceive`. */
  readonly receiveGas: bigint;
}

export const ENDPOINT_EVENTS = new Interface([
  'event PacketSent(bytes encodedPayload, bytes options, address sendLibrary)',
]);

export const PACKET_SENT = eventTopic(ENDPOINT_EVENTS, 'PacketSent');

const HEADER_BYTES = 81;
const PACKET_VERSION = '0x01';

export function packetOf(log: Pick<Log, 'topics' | 'data'>): Packet {
  const { args } = readEvent(ENDPOINT_EVENTS, log);
  return decodePacket(args.encodedPayload as string, args.options as string);
}

export function decodePacket(encoded: string, options: string): Packet {
  if (dataSlice(encoded, 0, 1) !== PACKET_VERSION)
    throw new Error(`packet of unknown version: ${dataSlice(encoded, 0, 1)}`);
  const payload = dataSlice(encoded, HEADER_BYTES);
  return {
    header: dataSlice(encoded, 0, HEADER_BYTES),
    nonce: toBigInt(dataSlice(encoded, 1, 9)),
    srcEid: toNumber(dataSlice(encoded, 9, 13)),
    sender: dataSlice(encoded, 13, 45),
    dstEid: toNumber(dataSlice(encoded, 45, 49)),
    receiver: getAddress(dataSlice(encoded, 61, HEADER_BYTES)),
    guid: dataSlice(payload, 0, 32),
    message: dataSlice(payload, 32),
    payloadHash: keccak256(payload),
    receiveGas: lzReceiveGas(options),
  };
}

const OPTIONS_TYPE_3 = '0x0003';
const WORKER_EXECUTOR = 1;
const OPTION_LZ_RECEIVE = 1;

/** Type 3: 0x0003 | { worker 1 | size 2 | option type 1 | ... }; lzReceive: gas 16 | optional value 16. Entries add up. */
function lzReceiveGas(options: string): bigint {
  if (dataSlice(options, 0, 2) !== OPTIONS_TYPE_3) throw new Error(`options of unknown type: ${options}`);
  let gas = 0n;
  let cursor = 2;
  while (cursor < dataLength(options)) {
    const worker = toNumber(dataSlice(options, cursor, cursor + 1));
    const size = toNumber(dataSlice(options, cursor + 1, cursor + 3));
    const option = dataSlice(options, cursor + 3, cursor + 3 + size);
    if (worker === WORKER_EXECUTOR && toNumber(dataSlice(option, 0, 1)) === OPTION_LZ_RECEIVE) {
      gas += toBigInt(dataSlice(option, 1, 17));
    }
    cursor += 3 + size;
  }
  return gas;
}
