import { AlaError } from '../errors.js';

/**
 * - `input`: what was given cannot be meant.
 * - `refused`: a contract said no, and nothing has changed.
 * - `funds`: balance, allowance or gas money is missing.
 * - `rejected`: the user said no in the wallet.
 * - `wrongChain`: wallet or RPC are on another chain.
 * - `wallet`: locked, busy, or without the account.
 * - `unreachable`: RPC or API did not answer; a transaction that was sent before may still go through.
 * - `unknown`: none of these.
 */
export type ErrorKind =
  'input' | 'refused' | 'funds' | 'rejected' | 'wrongChain' | 'wallet' | 'unreachable' | 'unknown';

/** Why something could not be done, in words for who asked. */
export interface Explanation {
  readonly kind: ErrorKind;
  readonly what: string;
  readonly whatToDo: string;
}

/** A failure that the client itself has found. */
export class ClientError extends AlaError implements Explanation {
  readonly kind: ErrorKind;
  readonly what: string;
  readonly whatToDo: string;

  constructor({ kind, what, whatToDo }: Explanation, options?: { cause?: unknown }) {
    super(`${what}. ${whatToDo}`, options);
    this.kind = kind;
    this.what = what;
    this.whatToDo = whatToDo;
  }
}
