import { isError } from 'ethers';
import { chainErrorOf, type ChainError } from '../chainErrors.js';
import { AlaError, InvalidValueError } from '../errors.js';
import { AmountError } from './amount.js';
import { ClientError, type ErrorKind, type Explanation } from './clientError.js';
import { wordsOf } from './errorWords.js';
import { saySmallestUnits, type SayAmount } from './sayAmount.js';

/** Custom errors that say that tokens or their approval are missing. */
const FUNDS = new Set(['AllowanceTooLow', 'BalanceTooLow', 'ERC20InsufficientAllowance', 'ERC20InsufficientBalance']);

type Words = Pick<Explanation, 'what' | 'whatToDo'>;
type Entry = readonly [ErrorKind, string, string];

/** What a wallet answers by number: EIP-1193, EIP-1474 and what wallets have made of them. */
const OF_WALLETS: Readonly<Record<string, Entry>> = {
  4001: ['rejected', 'the request was rejected in the wallet', 'It was not sent. Try again and confirm it there.'],
  4100: ['wallet', 'the wallet does not let this page use the account', 'Unlock the wallet and connect the account.'],
  4200: ['wallet', 'the wallet cannot do this', 'Use another wallet; without permits, approve and bid instead.'],
  4900: ['unreachable', 'the wallet has no connection', 'Check the network, then try again.'],
  4901: ['wrongChain', 'the wallet has no connection to this chain', 'Switch the wallet to the chain of the spoke.'],
  4902: ['wrongChain', 'the wallet does not know this chain', 'Add the chain to the wallet, then switch to it.'],
  '-32002': ['wallet', 'the wallet is locked, or waits for an earlier request', 'Open it and answer what it asks.'],
};

/** What ethers and the network layers below call it. */
const OF_LIBRARIES: Readonly<Record<string, Entry>> = {
  ACTION_REJECTED: OF_WALLETS['4001'] as Entry,
  INSUFFICIENT_FUNDS: [
    'funds',
    'the account cannot pay for the transaction',
    'Bring native tokens of this chain to it.',
  ],
  NONCE_EXPIRED: ['refused', 'another transaction of this account was mined first', 'See what it did, then try again.'],
  REPLACEMENT_UNDERPRICED: [
    'refused',
    'another transaction of this account is waiting',
    'Wait for it, or speed it up in the wallet.',
  ],
  TRANSACTION_REPLACED: [
    'unknown',
    'the transaction was replaced in the wallet',
    'See what the account did instead; nothing happens twice.',
  ],
  ...Object.fromEntries(
    [
      ...[
        'NETWORK_ERROR',
        'SERVER_ERROR',
        'TIMEOUT',
        'ECONNREFUSED',
        'ECONNRESET',
        'ENOTFOUND',
        'EAI_AGAIN',
        'ETIMEDOUT',
      ],
      ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
    ].map((code): [string, Entry] => [
      code,
      [
        'unreachable',
        'the RPC does not answer',
        'Check that it runs and that the deployment names the right one. What was sent before may still go through: look before you send again.',
      ],
    ]),
  ),
};

/**
 * Words for whatever a call of the client threw. Never throws itself, and says nothing of keys or of the paths of URLs.
 * @param say How amounts are said: `sayTokens` where the basket is known.
 */
export function explainError(error: unknown, say: SayAmount = saySmallestUnits): Explanation {
  if (error instanceof ClientError) return { kind: error.kind, what: error.what, whatToDo: error.whatToDo };
  if (error instanceof AmountError) return { kind: 'input', what: error.message, whatToDo: 'Write the amount anew.' };
  if (error instanceof InvalidValueError) return { kind: 'input', what: error.message, whatToDo: 'Correct it.' };
  if (isError(error, 'NETWORK_ERROR') && error.event === 'changed') {
    const what = 'the wallet was switched to another chain';
    return { kind: 'wrongChain', what, whatToDo: 'Switch it back, and try again. Nothing was sent.' };
  }
  const known = entryOf(codesOf(error));
  if (known !== undefined) return known;
  const refusal = chainErrorOf(error);
  if (refusal !== null) return explainRefusal(refusal, say);
  if (isError(error, 'BAD_DATA') && error.value === '0x') {
    return {
      kind: 'wrongChain',
      what: 'there is no such contract at the address on this chain',
      whatToDo: 'Check that wallet, RPC and deployment are of the same chain.',
    };
  }
  if (isError(error, 'INVALID_ARGUMENT')) {
    return { kind: 'input', what: `${error.argument}: ${error.shortMessage}`, whatToDo: 'Correct it.' };
  }
  // What `fetch` throws in browsers when nobody answers.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return unreachable();
  if (error instanceof AlaError) return { kind: 'unknown', what: error.message, whatToDo: 'See what it names.' };
  return { kind: 'unknown', what: textOf(error), whatToDo: 'Nothing is known of this: try again, and report it.' };
}

/** Words for a decoded revert. */
export function explainRefusal({ name, args, text }: ChainError, say: SayAmount = saySmallestUnits): Explanation {
  const words: Words = wordsOf(name, args, text, say) ?? {
    what: `the contract refused: ${text}`,
    whatToDo: 'Check the address and what was asked of it.',
  };
  return { kind: FUNDS.has(name) ? 'funds' : 'refused', ...words };
}

function unreachable(): Explanation {
  const [kind, what, whatToDo] = OF_LIBRARIES['NETWORK_ERROR'] as Entry;
  return { kind, what, whatToDo };
}

/** The innermost code that says something: wallets wrap theirs, and ethers wraps the wallet's. */
function entryOf(codes: readonly string[]): Explanation | undefined {
  for (const code of codes.toReversed()) {
    const entry = Object.hasOwn(OF_WALLETS, code) ? OF_WALLETS[code] : undefined;
    const named = entry ?? (Object.hasOwn(OF_LIBRARIES, code) ? OF_LIBRARIES[code] : undefined);
    if (named !== undefined) return { kind: named[0], what: named[1], whatToDo: named[2] };
  }
  return undefined;
}

const DEEPEST = 6;

/** Codes from the outside in. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return [];
  const { code, info, error: inner, cause, data } = error as Record<string, unknown>;
  const own = typeof code === 'string' || typeof code === 'number' ? [String(code)] : [];
  const { originalError } = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  return [...own, ...[info, inner, cause, originalError].flatMap((each) => codesOf(each, depth + 1))];
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  return 'shortMessage' in error && typeof error.shortMessage === 'string' ? error.shortMessage : error.message;
}
