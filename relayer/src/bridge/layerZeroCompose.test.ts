import { expect, it } from 'vitest';
import { toHash } from '@ala/shared/ids';
import type { Packet } from './layerZeroPacket.js';
import { composeMessageOf } from './layerZeroCompose.js';

const port = 'ab'.repeat(20);
const peer = `${'00'.repeat(12)}${'cd'.repeat(20)}`;

it('builds the message that the OFT queues: nonce, source, local amount, sender, payload', () => {
  const packet: Packet = {
    guid: toHash(`0x${'01'.repeat(32)}`),
    nonce: 7n,
    srcEid: 30_001,
    sender: toHash(`0x${'02'.repeat(32)}`),
    receiver: `0x${'03'.repeat(20)}` as Packet['receiver'],
    header: '0x',
    payloadHash: toHash(`0x${'04'.repeat(32)}`),
    // Recipient, 5 in shared decimals, sender of the compose, two bytes of payload.
    message: `0x${'00'.repeat(12)}${port}0000000000000005${peer}beef`,
  };
  expect(composeMessageOf(packet, 10n ** 12n)).toEqual({
    to: `0x${port}`,
    message: `0x000000000000000700007531${(5n * 10n ** 12n).toString(16).padStart(64, '0')}${peer}beef`,
  });
});
