import { concat, getAddress, keccak256, toBeHex, zeroPadValue } from 'ethers';
import { expect, test } from 'vitest';
import { decodePacket } from './packet.js';

const sender = zeroPadValue('0x00000000000000000000000000000000000000aa', 32);
const receiver = '0x00000000000000000000000000000000000000bb';
const guid = keccak256('0x01');
const header = concat([
  '0x01',
  toBeHex(9, 8),
  toBeHex(30_184, 4),
  sender,
  toBeHex(30_101, 4),
  zeroPadValue(receiver, 32),
]);
const lzReceive = (gas: bigint): string => concat(['0x010011', '0x01', toBeHex(gas, 16)]);

test('a packet is read field by field', () => {
  const packet = decodePacket(concat([header, guid, '0xbeef']), concat(['0x0003', lzReceive(200_000n)]));
  expect(packet).toEqual({
    header,
    nonce: 9n,
    srcEid: 30_184,
    sender,
    dstEid: 30_101,
    receiver: getAddress(receiver),
    guid,
    message: '0xbeef',
    payloadHash: keccak256(concat([guid, '0xbeef'])),
    receiveGas: 200_000n,
  });
});

test('gas of several lzReceive options adds up, and options of other workers are passed over', () => {
  const dvnOption = concat(['0x02', toBeHex(2, 2), '0x0001']);
  const options = concat(['0x0003', lzReceive(70_000n), dvnOption, lzReceive(30_000n)]);
  expect(decodePacket(concat([header, guid, '0x']), options).receiveGas).toBe(100_000n);
});

test('an unknown version or kind of options is refused', () => {
  const options = concat(['0x0003', lzReceive(1n)]);
  expect(() => decodePacket(concat(['0x02', header.slice(0, 2) + header.slice(4), guid]), options)).toThrow(
    /version: 0x02/,
  );
  expect(() => decodePacket(concat([header, guid]), '0x0001')).toThrow(/unknown type: 0x0001/);
});
