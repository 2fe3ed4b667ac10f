import { isError } from 'ethers';
import type { ErrorKind, Explanation } from '@ala/shared/client/clientError';
import { explainError } from '@ala/shared/client/explainError';
import { AlaError, ClearInputError, DeploymentError, InvalidValueError } from '@ala/shared/errors';
import { ConfigError } from '../config/config.js';
import { describeError, UnavailableError, WrongChainError } from '../lib/errors.js';
import { AccountError } from './account.js';
import { toJson } from './terminal.js';

/** How a command ends; documented in docs/cli.md. */
export const STATUS = {
  done: 0,
  /** No, or it could not be done for a reason that has no status of its own. */
  no: 1,
  input: 2,
  refused: 3,
  funds: 4,
  wrongChain: 5,
  unreachable: 6,
  account: 7,
} as const;

const OF_KIND: Readonly<Record<ErrorKind, number>> = {
  input: STATUS.input,
  refused: STATUS.refused,
  funds: STATUS.funds,
  wrongChain: STATUS.wrongChain,
  unreachable: STATUS.unreachable,
  wallet: STATUS.account,
  rejected: STATUS.account,
  unknown: STATUS.no,
};

export interface Ending extends Explanation {
  readonly status: number;
}

/** What to say of an error, and the status to end with. */
export function endingOf(error: unknown): Ending {
  const own = ofOwnErrors(error);
  if (own !== null) return { ...own, status: OF_KIND[own.kind] };
  const explained = explainError(error);
  if (explained.kind !== 'unknown') return { ...explained, status: OF_KIND[explained.kind] };
  const what = error instanceof AlaError ? error.message : describeError(error);
  return { kind: 'unknown', what, whatToDo: '', status: STATUS.no };
}

function ofOwnErrors(error: unknown): Explanation | null {
  if (error instanceof AccountError) return { kind: 'wallet', what: error.message, whatToDo: '' };
  if (error instanceof WrongChainError) return { kind: 'wrongChain', what: error.message, whatToDo: '' };
  if (error instanceof UnavailableError) return { kind: 'unreachable', what: error.message, whatToDo: '' };
  const badInput = [ClearInputError, ConfigError, DeploymentError, InvalidValueError].some(
    (kind) => error instanceof kind,
  );
  return badInput ? { kind: 'input', what: (error as Error).message, whatToDo: '' } : null;
}

/** Tells why a command failed, and sets the status that the process ends with. */
export function endWith(error: unknown, json: boolean): void {
  if (isCommanders(error)) {
    // It has written its own message, or the help that was asked for.
    process.exitCode = error.exitCode === 0 ? STATUS.done : STATUS.input;
    return;
  }
  const { kind, what, whatToDo, status } = endingOf(error);
  process.stderr.write(`ala: ${what}\n${whatToDo === '' ? '' : `     ${whatToDo}\n`}`);
  if (json) process.stdout.write(`${toJson({ error: { kind, what, whatToDo } })}\n`);
  process.exitCode = status;
}

function isCommanders(error: unknown): error is { readonly exitCode: number } {
  return (
    error instanceof Error &&
    !isError(error, 'UNKNOWN_ERROR') &&
    'exitCode' in error &&
    typeof error.exitCode === 'number'
  );
}
