import { MessageFormatError } from './errors.js';
import type { Address, AuctionId, LegId } from './ids.js';
import { parseUint, UINT128_MAX, UINT32_MAX, UINT8_MAX } from './integers.js';

/*
 * Packed, big-endian, fixed width, amounts in hub units; the same bytes over every bridge.
 *
 * CapitalDelivered  version 1 | kind 1 | legId 32 | auctionId 32 | basket 4 | n 1 | n * { tier 1 | gen 4 | amount 16 }
 * LegSettled        version 1 | kind 1 | token 32 | legs 1 | legs * { legId 32 | n 1 | n * { tier 1 | gen 4 | amount 16 | flags 1 } }
 * LegRefunded       the same
 */

export const MESSAGE_VERSION = 1;
export const KIND_CAPITAL_DELIVERED = 1;
export const KIND_LEG_SETTLED = 2;
export const KIND_LEG_REFUNDED = 3;
export const MAX_FILLS_PER_MESSAGE = 64;
/** `ReceiptFill.flags` bit 0: this call's result has two parts, collateral and refund. */
export const FLAG_TWO_PARTS = 1;

/** One drawn pool; `gen` is the pool's call number, echoed in receipts. The codec takes any uint8 as a tier. */
export interface CapitalFill {
  readonly tier: number;
  readonly gen: number;
  readonly amount: bigint;
}

/** Spoke to hub: the capital of one leg, travelling with the tokens. */
export interface CapitalDelivered {
  readonly kind: typeof KIND_CAPITAL_DELIVERED;
  readonly legId: LegId;
  readonly auctionId: AuctionId;
  readonly basket: number;
  readonly fills: readonly CapitalFill[];
}

/** The result of one call; `amount` in hub units of the receipt's token. */
export interface ReceiptFill extends CapitalFill {
  readonly flags: number;
}

export interface LegReceipt {
  readonly legId: LegId;
  readonly fills: readonly ReceiptFill[];
}

/** Hub to spoke: results of legs in one token; `token` is the hub's address of it. */
export interface Receipt {
  readonly kind: typeof KIND_LEG_SETTLED | typeof KIND_LEG_REFUNDED;
  readonly token: Address;
  readonly legs: readonly LegReceipt[];
}

export type Message = CapitalDelivered | Receipt;

/**
 * The message as `0x` hex.
 * @throws MessageFormatError if it has more than 64 fills or 255 legs; InvalidValueError if a value does not fit its field.
 */
export function encodeMessage(message: Message): string {
  const head = uint('version', MESSAGE_VERSION, 1) + uint('kind', message.kind, 1);
  if (message.kind === KIND_CAPITAL_DELIVERED) {
    checkFillCount(message.fills.length);
    const fills = message.fills.map(encodeCapitalFill).join('');
    const ids = bytes(message.legId) + bytes(message.auctionId) + uint('basket', message.basket, 4);
    return `0x${head}${ids}${uint('n', message.fills.length, 1)}${fills}`;
  }
  checkFillCount(message.legs.reduce((sum, leg) => sum + leg.fills.length, 0));
  if (message.legs.length > UINT8_MAX)
    throw new MessageFormatError(`${message.legs.length} legs, at most ${UINT8_MAX}`);
  const legs = message.legs.map(
    (leg) => bytes(leg.legId) + uint('n', leg.fills.length, 1) + leg.fills.map(encodeReceiptFill).join(''),
  );
  return `0x${head}${'0'.repeat(24)}${bytes(message.token)}${uint('legs', message.legs.length, 1)}${legs.join('')}`;
}

/**
 * Reads one message from `0x` hex.
 * @throws MessageFormatError for an unknown version, kind or flag, a wrong length, trailing bytes or more than 64 fills.
 */
export function decodeMessage(data: string): Message {
  const reader = new Reader(data);
  const version = reader.small(1);
  if (version !== MESSAGE_VERSION) throw new MessageFormatError(`unknown message version ${version}`);
  const kind = reader.small(1);
  const message = decodeBody(kind, reader);
  reader.end();
  return message;
}

function decodeBody(kind: number, reader: Reader): Message {
  switch (kind) {
    case KIND_CAPITAL_DELIVERED: {
      const legId = reader.hex(32) as LegId;
      const auctionId = reader.hex(32) as AuctionId;
      const basket = reader.small(4);
      const count = checkFillCount(reader.small(1));
      return { kind, legId, auctionId, basket, fills: repeat(count, () => decodeCapitalFill(reader)) };
    }
    case KIND_LEG_SETTLED:
    case KIND_LEG_REFUNDED: {
      const padding = reader.hex(12);
      if (BigInt(padding) !== 0n) throw new MessageFormatError(`token is not an address: upper bytes ${padding}`);
      const token = reader.hex(20) as Address;
      let total = 0;
      const legs = repeat(reader.small(1), (): LegReceipt => {
        const legId = reader.hex(32) as LegId;
        const count = reader.small(1);
        total = checkFillCount(total + count);
        return { legId, fills: repeat(count, () => decodeReceiptFill(reader)) };
      });
      return { kind, token, legs };
    }
    default:
      throw new MessageFormatError(`unknown message kind ${kind}`);
  }
}

function encodeCapitalFill(fill: CapitalFill): string {
  return uint('tier', fill.tier, 1) + uint('gen', fill.gen, 4) + uint('amount', fill.amount, 16);
}

function encodeReceiptFill(fill: ReceiptFill): string {
  return encodeCapitalFill(fill) + uint('flags', checkFlags(fill.flags), 1);
}

function decodeCapitalFill(reader: Reader): CapitalFill {
  return { tier: reader.small(1), gen: reader.small(4), amount: BigInt(reader.hex(16)) };
}

function decodeReceiptFill(reader: Reader): ReceiptFill {
  return { ...decodeCapitalFill(reader), flags: checkFlags(reader.small(1)) };
}

function checkFillCount(count: number): number {
  if (count > MAX_FILLS_PER_MESSAGE) throw new MessageFormatError(`${count} fills, at most ${MAX_FILLS_PER_MESSAGE}`);
  return count;
}

function checkFlags(flags: number): number {
  if ((flags & ~FLAG_TWO_PARTS) !== 0) throw new MessageFormatError(`unknown flags ${flags}`);
  return flags;
}

function uint(what: string, value: number | bigint, width: number): string {
  const max = { 1: BigInt(UINT8_MAX), 4: BigInt(UINT32_MAX), 16: UINT128_MAX }[width];
  return parseUint(what, value, max)
    .toString(16)
    .padStart(2 * width, '0');
}

function bytes(hex: string): string {
  return hex.slice(2);
}

function repeat<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

/** Takes bytes off the front of a hex string; never reads past its end. */
class Reader {
  private at = 2;
  private readonly data: string;

  constructor(data: string) {
    if (!/^0x([0-9a-fA-F]{2})*$/.test(data)) throw new MessageFormatError('a message is 0x and whole bytes in hex');
    this.data = data.toLowerCase();
  }

  hex(width: number): string {
    const end = this.at + 2 * width;
    if (end > this.data.length) {
      throw new MessageFormatError(`message too short: ${this.length} bytes, at least ${end / 2 - 1} expected`);
    }
    const taken = this.data.slice(this.at, end);
    this.at = end;
    return `0x${taken}`;
  }

  small(width: number): number {
    return Number(this.hex(width));
  }

  end(): void {
    if (this.at !== this.data.length) {
      throw new MessageFormatError(`message too long: ${this.length} bytes, ${this.at / 2 - 1} expected`);
    }
  }

  private get length(): number {
    return this.data.length / 2 - 1;
  }
}
