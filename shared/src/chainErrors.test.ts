import { Interface, makeError } from 'ethers';
import { describe, expect, it } from 'vitest';
import { chainErrorOf, decodeChainError } from './chainErrors.js';

const abi = new Interface([
  'error PrevPlanMismatch(bytes32 expected, bytes32 actual)',
  'error WrongLength(uint256 expected, uint256 actual)',
  'error Error(string reason)',
  'error NobodyKnowsThis(uint256 value)',
]);

function callException(data: string | null, info?: Record<string, unknown>) {
  const details = {
    action: 'call',
    data,
    reason: null,
    transaction: { to: null, data: '0x' },
    invocation: null,
    revert: null,
  };
  return makeError('execution reverted', 'CALL_EXCEPTION', { ...details, ...(info && { info }) } as never);
}

describe('chain errors', () => {
  it('decodes custom errors of the contracts by name', () => {
    const data = abi.encodeErrorResult('PrevPlanMismatch', [`0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`]);
    const error = chainErrorOf(callException(data));
    expect(error?.name).toBe('PrevPlanMismatch');
    expect(error?.args).toEqual({ expected: `0x${'11'.repeat(32)}`, actual: `0x${'22'.repeat(32)}` });
    expect(error?.text).toBe(`PrevPlanMismatch(expected=0x${'11'.repeat(32)}, actual=0x${'22'.repeat(32)})`);
  });

  it('decodes errors of libraries that the contracts use', () => {
    expect(decodeChainError(abi.encodeErrorResult('WrongLength', [71, 70]))?.args).toEqual({
      expected: 71n,
      actual: 70n,
    });
  });

  it("decodes Solidity's own errors", () => {
    expect(decodeChainError(abi.encodeErrorResult('Error', ['no']))?.text).toBe('Error(no)');
  });

  it('finds the data where a node left it', () => {
    const data = abi.encodeErrorResult('WrongLength', [1, 2]);
    expect(chainErrorOf(callException(null, { error: { code: 3, data } }))?.name).toBe('WrongLength');
  });

  it('says so when there is nothing to decode', () => {
    expect(chainErrorOf(callException(null))?.text).toBe('reverted without data');
    const foreign = abi.encodeErrorResult('NobodyKnowsThis', [1]);
    expect(chainErrorOf(callException(foreign))).toMatchObject({ name: 'Unknown', text: `reverted with ${foreign}` });
    const cut = abi.encodeErrorResult('WrongLength', [1, 2]).slice(0, 40);
    expect(chainErrorOf(callException(cut))?.name).toBe('Unknown');
    expect(chainErrorOf(new Error('connection refused'))).toBeNull();
  });
});
