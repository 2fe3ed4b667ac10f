import { makeError } from 'ethers';
import { expect, it } from 'vitest';
import { AmountError } from '@ala/shared/client/amount';
import { ClientError, type ErrorKind } from '@ala/shared/client/clientError';
import { AlaError, InvalidValueError } from '@ala/shared/errors';
import { ConfigError } from '../config/config.js';
import { UnavailableError, WrongChainError } from '../lib/errors.js';
import { AccountError } from './account.js';
import { endingOf, STATUS } from './ending.js';

const client = (kind: ErrorKind) => new ClientError({ kind, what: 'a', whatToDo: 'b' });

it.each([
  [new AmountError('x'), STATUS.input],
  [new InvalidValueError('address', 'x', 'hex'), STATUS.input],
  [new ConfigError(['x']), STATUS.input],
  [client('refused'), STATUS.refused],
  [client('funds'), STATUS.funds],
  [new WrongChainError('x'), STATUS.wrongChain],
  [new UnavailableError('x'), STATUS.unreachable],
  [makeError('x', 'TIMEOUT', { operation: 'x', reason: 'x' } as never), STATUS.unreachable],
  [new AccountError('x'), STATUS.account],
  [client('rejected'), STATUS.account],
  [new AlaError('x'), STATUS.no],
  [new Error('x'), STATUS.no],
])('%# each class of failures has its status', (error, status) => {
  const ending = endingOf(error);
  expect(ending.status).toBe(status);
  expect(ending.what).not.toBe('');
});
