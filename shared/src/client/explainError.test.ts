import { Interface, makeError, type ErrorFragment, type ParamType } from 'ethers';
import { describe, expect, it } from 'vitest';
import { auctionHubAbi } from '../abi/auctionHub.js';
import { errorsAbi } from '../abi/errors.js';
import { escrowSourceAbi } from '../abi/escrowSource.js';
import { exampleLenderAbi } from '../abi/exampleLender.js';
import { liquiditySpokeAbi } from '../abi/liquiditySpoke.js';
import { spokeEngineAbi } from '../abi/spokeEngine.js';
import { spokeViewsAbi } from '../abi/spokeViews.js';
import { testTokenAbi } from '../abi/testToken.js';
import { InvalidValueError } from '../errors.js';
import { AmountError } from './amount.js';
import { ClientError } from './clientError.js';
import { wordsOf } from './errorWords.js';
import { saySmallestUnits, sayTokens } from './sayAmount.js';
import { explainError } from './explainError.js';

const errors = new Interface(errorsAbi);

function sampleOf({ baseType, type, components }: ParamType): unknown {
  if (type === 'address') return `0x${'11'.repeat(20)}`;
  if (type === 'bytes32') return `0x${'22'.repeat(32)}`;
  if (baseType === 'tuple') return components?.map(sampleOf);
  return type.startsWith('bytes') ? '0x' : 7n;
}

/** What ethers throws for a call that reverts so. */
function revert(name: string, args?: readonly unknown[]): unknown {
  const fragment = errors.fragments.find(
    (each): each is ErrorFragment => each.type === 'error' && (each as ErrorFragment).name === name,
  )!;
  const data = errors.encodeErrorResult(fragment, args ?? fragment.inputs.map(sampleOf));
  const transaction = { to: null, data: '0x' };
  return makeError('reverted', 'CALL_EXCEPTION', {
    action: 'call',
    data,
    reason: null,
    transaction,
    invocation: null,
    revert: null,
  });
}

function namesIn(...abis: readonly (readonly string[])[]): string[] {
  const names = abis.flat().flatMap((line) => /^error (\w+)/.exec(line)?.[1] ?? []);
  return [...new Set(names)].sort();
}

describe('every error that a spoke, a token or a source can answer has words', () => {
  const plain = namesIn(liquiditySpokeAbi, spokeEngineAbi, spokeViewsAbi, escrowSourceAbi, exampleLenderAbi);
  it.each(plain)('%s', (name) => {
    const { what, whatToDo, kind } = explainError(revert(name));
    expect(['refused', 'funds']).toContain(kind);
    expect(whatToDo).not.toBe('Check the address and what was asked of it.');
    expect(`${what} ${whatToDo}`).not.toMatch(/undefined|NaN/);
  });

  it('and so do those of tokens and of opening an auction', () => {
    const ofTokens = namesIn(testTokenAbi).filter((name) => name.startsWith('ERC20Insufficient'));
    const ofOpening = namesIn(auctionHubAbi).filter((name) => /^(Market|CallerNotSource|Deadline)\w*/.test(name));
    for (const name of [...ofTokens, ...ofOpening]) {
      if (name !== 'MarketExists') expect(wordsOf(name, {}, name, saySmallestUnits)).not.toBeNull();
    }
  });
});

it('names what is missing, and where it comes from', () => {
  const token = `0x${'11'.repeat(20)}`;
  expect(explainError(revert('AllowanceTooLow', [token, 500n, 20n]))).toEqual({
    kind: 'funds',
    what: `the spoke may take 20 smallest units of ${token}`,
    whatToDo: 'Approve 500 smallest units for the spoke, then bid again.',
  });
});

it('says amounts in whole tokens where the basket is known, hub units and those of the spoke apart', () => {
  const say = sayTokens({ hubDecimals: 6, localDecimals: 18 }, 'tUSD');
  const allowance = revert('AllowanceTooLow', [`0x${'11'.repeat(20)}`, 5n * 10n ** 20n, 2n * 10n ** 19n]);
  expect(explainError(allowance, say)).toMatchObject({
    what: 'the spoke may take 20.00 tUSD',
    whatToDo: 'Approve 500.00 tUSD for the spoke, then bid again.',
  });
  expect(explainError(revert('WithdrawExceedsBid', [3n, 1_000_500_000n, 0n]), say).what).toBe(
    '1,000.50 tUSD are more than bid 3 stands by with',
  );
});

it('says of a bid that was called a second ago what is left of it', () => {
  expect(explainError(revert('WithdrawExceedsBid', [3n, 100n, 40n])).whatToDo).toMatch(
    /^40 smallest units are left: a call may have drawn/,
  );
});

it.each([
  [{ code: 4001 }, 'rejected'],
  [makeError('x', 'ACTION_REJECTED', { action: 'sendTransaction', reason: 'rejected' }), 'rejected'],
  [makeError('x', 'UNKNOWN_ERROR', { info: { error: { code: 4902 } } } as never), 'wrongChain'],
  [{ code: -32603, data: { originalError: { code: 4001 } } }, 'rejected'],
  [{ code: -32002 }, 'wallet'],
  [{ code: 4100 }, 'wallet'],
  [makeError('x', 'INSUFFICIENT_FUNDS', { transaction: {} }), 'funds'],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'unreachable'],
  [new TypeError('Failed to fetch'), 'unreachable'],
  [new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }), 'unreachable'],
  [makeError('x', 'TIMEOUT', { operation: 'x', reason: 'x' } as never), 'unreachable'],
  [makeError('x', 'BAD_DATA', { value: '0x' }), 'wrongChain'],
  [makeError('network changed', 'NETWORK_ERROR', { event: 'changed' }), 'wrongChain'],
  [new AmountError('x'), 'input'],
  [new InvalidValueError('address', 'x', 'hex'), 'input'],
  [new ClientError({ kind: 'wallet', what: 'a', whatToDo: 'b' }), 'wallet'],
  [undefined, 'unknown'],
  ['text', 'unknown'],
])('%# tells kinds of failures apart', (error, kind) => {
  const explained = explainError(error);
  expect(explained.kind).toBe(kind);
  expect(explained.what).not.toBe('');
  expect(explained.whatToDo).not.toBe('');
});
