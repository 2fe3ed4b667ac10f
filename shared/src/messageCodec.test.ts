import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { InvalidValueError, MessageFormatError } from './errors.js';
import { toAddress, toAuctionId, toLegId } from './ids.js';
import {
  decodeMessage,
  encodeMessage,
  KIND_CAPITAL_DELIVERED,
  KIND_LEG_REFUNDED,
  KIND_LEG_SETTLED,
  type CapitalDelivered,
  type Message,
  type Receipt,
} from './messageCodec.js';

const leg = toLegId(`0x${'11'.repeat(32)}`);
const capital: CapitalDelivered = {
  kind: KIND_CAPITAL_DELIVERED,
  legId: leg,
  auctionId: toAuctionId(`0x${'22'.repeat(32)}`),
  basket: 3,
  fills: [{ tier: 4, gen: 5, amount: 6n }],
};
const receipt: Receipt = {
  kind: KIND_LEG_SETTLED,
  token: toAddress(`0x${'33'.repeat(20)}`),
  legs: [{ legId: leg, fills: [{ tier: 4, gen: 5, amount: 6n, flags: 1 }] }],
};

const uint8 = fc.integer({ min: 0, max: 255 });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const amount = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((value) => `0x${Buffer.from(value).toString('hex')}`);
const capitalMessage: fc.Arbitrary<Message> = fc.record({
  kind: fc.constant(KIND_CAPITAL_DELIVERED),
  legId: bytes(32).map(toLegId),
  auctionId: bytes(32).map(toAuctionId),
  basket: uint32,
  fills: fc.array(fc.record({ tier: uint8, gen: uint32, amount }), { maxLength: 64 }),
});
const receiptFill = fc.record({ tier: uint8, gen: uint32, amount, flags: fc.integer({ min: 0, max: 1 }) });
const receiptMessage: fc.Arbitrary<Message> = fc.record({
  kind: fc.constantFrom(KIND_LEG_SETTLED, KIND_LEG_REFUNDED),
  token: bytes(20).map(toAddress),
  legs: fc.array(fc.record({ legId: bytes(32).map(toLegId), fills: fc.array(receiptFill, { maxLength: 8 }) }), {
    maxLength: 8,
  }),
});

describe('message codec', () => {
  it('writes the fields in the order of the protocol', () => {
    const fill = `0400000005${'6'.padStart(32, '0')}`;
    expect(encodeMessage(capital)).toBe(`0x0101${'11'.repeat(32)}${'22'.repeat(32)}0000000301${fill}`);
    const head = `${'00'.repeat(12)}${'33'.repeat(20)}01`;
    expect(encodeMessage(receipt)).toBe(`0x0102${head}${'11'.repeat(32)}01${fill}01`);
    expect(encodeMessage({ ...receipt, kind: KIND_LEG_REFUNDED }).slice(0, 6)).toBe('0x0103');
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.oneof(capitalMessage, receiptMessage), (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
      }),
    );
  });

  it('refuses every truncation and any trailing byte', () => {
    for (const message of [encodeMessage(capital), encodeMessage(receipt)]) {
      for (let end = 2; end < message.length; end += 2) {
        expect(() => decodeMessage(message.slice(0, end))).toThrow(MessageFormatError);
      }
      expect(() => decodeMessage(`${message}00`)).toThrow('too long');
    }
  });

  it('refuses what is not a message of this version', () => {
    const rest = encodeMessage(capital).slice(6);
    expect(() => decodeMessage(`0x0201${rest}`)).toThrow('version 2');
    expect(() => decodeMessage(`0x0100${rest}`)).toThrow('kind 0');
    expect(() => decodeMessage(`0x0104${rest}`)).toThrow('kind 4');
    expect(() => decodeMessage('0x010')).toThrow(MessageFormatError);
    expect(() => decodeMessage('nothing')).toThrow(MessageFormatError);
  });

  it('refuses a token that is not an address and unknown flags', () => {
    const good = encodeMessage(receipt);
    expect(() => decodeMessage(`${good.slice(0, 6)}01${good.slice(8)}`)).toThrow('not an address');
    expect(() => decodeMessage(`${good.slice(0, -2)}02`)).toThrow('unknown flags 2');
  });

  it('refuses more than 64 fills in a message, over all legs together', () => {
    const fills = Array.from({ length: 64 }, (_, tier) => ({ tier, gen: 0, amount: 1n }));
    expect(decodeMessage(encodeMessage({ ...capital, fills }))).toEqual({ ...capital, fills });
    expect(() => encodeMessage({ ...capital, fills: [...fills, { tier: 64, gen: 0, amount: 1n }] })).toThrow(
      '65 fills',
    );
    const half = Array.from({ length: 33 }, (_, tier) => ({ tier, gen: 0, amount: 1n, flags: 0 }));
    const legs = [
      { legId: leg, fills: half },
      { legId: leg, fills: half },
    ];
    expect(() => encodeMessage({ ...receipt, legs })).toThrow('66 fills');
    const legBytes = `${'11'.repeat(32)}21${'00'.repeat(22).repeat(33)}`;
    expect(() => decodeMessage(`0x0102${'00'.repeat(32)}02${legBytes}${legBytes}`)).toThrow('66 fills');
  });

  it('refuses to write a value that does not fit', () => {
    const tooMuch = [{ tier: 0, gen: 0, amount: 1n << 128n }];
    expect(() => encodeMessage({ ...capital, fills: tooMuch })).toThrow(InvalidValueError);
    expect(() => encodeMessage({ ...capital, fills: [{ tier: 256, gen: 0, amount: 1n }] })).toThrow(InvalidValueError);
    expect(() => encodeMessage({ ...capital, fills: [{ tier: 0, gen: -1, amount: 1n }] })).toThrow(InvalidValueError);
  });
});
