import { AbiCoder, Interface } from 'ethers';
import { toAddress, toAuctionId, toLegId } from '../ids.js';
import { UINT128_MAX, UINT32_MAX } from '../integers.js';
import {
  encodeMessage,
  KIND_CAPITAL_DELIVERED,
  KIND_LEG_REFUNDED,
  KIND_LEG_SETTLED,
  type CapitalDelivered,
  type Message,
  type Receipt,
} from '../messageCodec.js';

const CAPITAL_TYPE =
  'tuple(bytes32 legId,bytes32 auctionId,uint32 basket,tuple(uint8 tier,uint32 gen,uint128 amount)[] fills)';
const RECEIPT_TYPE =
  'tuple(uint8 kind,address token,tuple(bytes32 legId,tuple(uint8 tier,uint32 gen,uint128 amount,uint8 flags)[] fills)[] legs)';

/** The codec's errors in Solidity. */
const ERRORS = new Interface([
  'error UnknownVersion(uint8 version)',
  'error UnknownKind(uint8 kind)',
  'error WrongLength(uint256 expected, uint256 actual)',
  'error TooManyFills(uint256 count)',
  'error TokenNotAddress(bytes32 token)',
  'error UnknownFlags(uint8 flags)',
]);

export interface MessageVector {
  readonly name: string;
  readonly message: Message;
  /** ABI encoding of the Solidity struct: what Solidity builds the message from. */
  readonly abi: string;
  readonly bytes: string;
}

export interface MalformedVector {
  readonly name: string;
  /** Which Solidity decoder is given the bytes. */
  readonly decoder: 'capital' | 'receipt';
  readonly bytes: string;
  /** Revert data of the Solidity decoder. */
  readonly revertData: string;
}

const legId = toLegId(`0x${'11'.repeat(32)}`);
const otherLegId = toLegId(`0x${'fe'.repeat(32)}`);
const auctionId = toAuctionId(`0x${'22'.repeat(32)}`);
const token = toAddress(`0x${'33'.repeat(20)}`);

const capital: CapitalDelivered = {
  kind: KIND_CAPITAL_DELIVERED,
  legId,
  auctionId,
  basket: 7,
  fills: [
    { tier: 0, gen: 1, amount: 1_000_000n },
    { tier: 29, gen: 123_456, amount: 987_654_321_000n },
  ],
};

const receipt: Receipt = {
  kind: KIND_LEG_SETTLED,
  token,
  legs: [
    { legId, fills: [{ tier: 0, gen: 1, amount: 5n * 10n ** 17n, flags: 1 }] },
    {
      legId: otherLegId,
      fills: [
        { tier: 3, gen: 0, amount: 0n, flags: 0 },
        { tier: 4, gen: 9, amount: UINT128_MAX, flags: 1 },
      ],
    },
  ],
};

export function messageVectors(): { valid: MessageVector[]; malformed: MalformedVector[] } {
  const most = Array.from({ length: 64 }, (_, tier) => ({ tier, gen: tier * 1_000, amount: 10n ** BigInt(tier % 38) }));
  const split = most.map((fill, index) => ({
    legId: index % 2 ? legId : otherLegId,
    fills: [{ ...fill, flags: index % 2 }],
  }));
  const messages: [string, Message][] = [
    ['capital', capital],
    [
      'capital with the largest values',
      { ...capital, basket: UINT32_MAX, fills: [{ tier: 255, gen: UINT32_MAX, amount: UINT128_MAX }] },
    ],
    ['capital with 64 fills', { ...capital, fills: most }],
    ['capital without fills', { ...capital, fills: [] }],
    ['settled receipt of two legs', receipt],
    ['refund receipt', { ...receipt, kind: KIND_LEG_REFUNDED }],
    ['receipt of 64 legs', { ...receipt, kind: KIND_LEG_REFUNDED, legs: split }],
    ['receipt without legs', { ...receipt, legs: [] }],
  ];
  return { valid: messages.map(([name, message]) => valid(name, message)), malformed: malformed() };
}

function valid(name: string, message: Message): MessageVector {
  const type = message.kind === KIND_CAPITAL_DELIVERED ? CAPITAL_TYPE : RECEIPT_TYPE;
  return { name, message, abi: AbiCoder.defaultAbiCoder().encode([type], [message]), bytes: encodeMessage(message) };
}

function malformed(): MalformedVector[] {
  const good = { capital: encodeMessage(capital), receipt: encodeMessage(receipt) };
  const sizes = { capital: 71 + 2 * 21, receipt: 35 + 2 * 33 + 3 * 22 };
  const cut = (hex: string, bytes: number) => hex.slice(0, 2 + 2 * bytes);
  const put = (hex: string, at: number, byte: string) => `${hex.slice(0, 2 + 2 * at)}${byte}${hex.slice(4 + 2 * at)}`;
  const word = (...bytes: string[]) => `0x${bytes.join('').padEnd(64, '0')}`;
  const manyFills = `${good.capital.slice(0, 2 + 2 * 70)}41${'00'.repeat(65 * 21)}`;
  const manyOverLegs = `${cut(good.receipt, 34)}02${`${'11'.repeat(32)}21${'00'.repeat(33 * 22)}`.repeat(2)}`;
  const rows: [string, 'capital' | 'receipt', string, string, unknown[]][] = [
    ['nothing', 'capital', '0x', 'WrongLength', [2, 0]],
    ['one byte', 'receipt', '0x01', 'WrongLength', [2, 1]],
    ['capital cut in its head', 'capital', cut(good.capital, 70), 'WrongLength', [71, 70]],
    [
      'capital cut in its fills',
      'capital',
      cut(good.capital, sizes.capital - 1),
      'WrongLength',
      [sizes.capital, sizes.capital - 1],
    ],
    ['capital with a trailing byte', 'capital', `${good.capital}00`, 'WrongLength', [sizes.capital, sizes.capital + 1]],
    [
      'capital that announces more fills',
      'capital',
      put(good.capital, 70, '03'),
      'WrongLength',
      [sizes.capital + 21, sizes.capital],
    ],
    ['capital with 65 fills', 'capital', manyFills, 'TooManyFills', [65]],
    ['capital of version 0', 'capital', put(good.capital, 0, '00'), 'UnknownVersion', [0]],
    ['capital of version 2', 'capital', put(good.capital, 0, '02'), 'UnknownVersion', [2]],
    ['kind 0', 'capital', put(good.capital, 1, '00'), 'UnknownKind', [0]],
    ['kind 4', 'receipt', put(good.receipt, 1, '04'), 'UnknownKind', [4]],
    ['receipt of version 255', 'receipt', put(good.receipt, 0, 'ff'), 'UnknownVersion', [255]],
    ['receipt cut in its head', 'receipt', cut(good.receipt, 34), 'WrongLength', [35, 34]],
    ['receipt cut in a leg head', 'receipt', cut(good.receipt, 35 + 32), 'WrongLength', [35 + 33, 35 + 32]],
    [
      'receipt cut in its first leg',
      'receipt',
      cut(good.receipt, 35 + 33 + 21),
      'WrongLength',
      [35 + 33 + 22, 35 + 33 + 21],
    ],
    [
      'receipt cut in its last leg',
      'receipt',
      cut(good.receipt, sizes.receipt - 1),
      'WrongLength',
      [sizes.receipt, sizes.receipt - 1],
    ],
    ['receipt with a trailing byte', 'receipt', `${good.receipt}01`, 'WrongLength', [sizes.receipt, sizes.receipt + 1]],
    ['receipt with 66 fills over two legs', 'receipt', manyOverLegs, 'TooManyFills', [66]],
    [
      'receipt for a token that is no address',
      'receipt',
      put(good.receipt, 2, '80'),
      'TokenNotAddress',
      [word('80', '00'.repeat(11), '33'.repeat(20))],
    ],
    ['receipt with an unknown flag', 'receipt', put(good.receipt, sizes.receipt - 1, '03'), 'UnknownFlags', [3]],
  ];
  return rows.map(([name, decoder, bytes, error, args]) => ({
    name,
    decoder,
    bytes,
    revertData: ERRORS.encodeErrorResult(error, args),
  }));
}
