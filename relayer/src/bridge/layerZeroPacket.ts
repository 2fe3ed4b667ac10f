import { Interface, type JsonRpcProvider } from 'ethers';
import { PacketV1Codec } from '@layerzerolabs/lz-v2-utilities';
import { toAddress, toHash, type Address, type Hash } from '@ala/shared/ids';
import { UnavailableError } from '../lib/errors.js';

const endpointEvents = new Interface(['event PacketSent(bytes encodedPayload, bytes options, address sendLibrary)']);

/** What has to be known of a sent packet to verify, deliver and compose it. */
export interface Packet {
  readonly guid: Hash;
  readonly nonce: bigint;
  readonly srcEid: number;
  /** The sending OFT, as 32 bytes. */
  readonly sender: Hash;
  /** The receiving OFT. */
  readonly receiver: Address;
  /** 81 bytes: version, nonce, path. */
  readonly header: string;
  readonly payloadHash: Hash;
  /** The OFT's message: recipient 32, amount in shared decimals 8, then the compose part. */
  readonly message: string;
}

/** The packet with that guid in a transaction of the source chain. */
export async function readPacket(
  provider: JsonRpcProvider,
  endpoint: Address,
  txHash: Hash,
  guid: Hash,
): Promise<Packet> {
  const receipt = await provider.getTransactionReceipt(txHash);
  if (receipt === null) throw new UnavailableError(`the source chain does not show transaction ${txHash}`);
  for (const log of receipt.logs) {
    if (log.address.toLowerCase() !== endpoint) continue;
    const event = endpointEvents.parseLog(log);
    if (event === null) continue;
    const codec = PacketV1Codec.from(String(event.args['encodedPayload']));
    if (toHash(codec.guid()) === guid) return toPacket(codec, guid);
  }
  throw new UnavailableError(`transaction ${txHash} has no packet ${guid}`);
}

function toPacket(codec: PacketV1Codec, guid: Hash): Packet {
  return {
    guid,
    nonce: BigInt(codec.nonce()),
    srcEid: codec.srcEid(),
    sender: toHash(codec.sender()),
    receiver: toAddress(codec.receiverAddressB20()),
    header: codec.header(),
    payloadHash: toHash(codec.payloadHash()),
    message: codec.message(),
  };
}
