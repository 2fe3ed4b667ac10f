import { concat, dataSlice, toBeHex } from 'ethers';
import { toAddress, type Address } from '@ala/shared/ids';
import type { Packet } from './layerZeroPacket.js';

export interface ComposeMessage {
  /** The contract that is composed to: the OFT's recipient. */
  readonly to: Address;
  readonly message: string;
}

/**
 * The message that the receiving OFT queues for its recipient (LayerZero's `OFTComposeMsgCodec`): nonce 8 | source eid 4 |
 * amount in local decimals 32 | compose-from 32 | payload. The endpoint compares its hash, so a wrong guess is refused.
 *
 * @param localPerShared The receiving OFT's `decimalConversionRate`.
 */
export function composeMessageOf(packet: Packet, localPerShared: bigint): ComposeMessage {
  const amountShared = BigInt(dataSlice(packet.message, 32, 40));
  return {
    to: toAddress(dataSlice(packet.message, 12, 32)),
    message: concat([
      toBeHex(packet.nonce, 8),
      toBeHex(packet.srcEid, 4),
      toBeHex(amountShared * localPerShared, 32),
      dataSlice(packet.message, 40),
    ]),
  };
}
