import { DrizzleQueryError } from 'drizzle-orm';
import { isError } from 'ethers';
import { AlaError } from '@ala/shared/errors';

/** A node, database or API that does not answer now and may later: always retried. */
export class UnavailableError extends AlaError {}

/** Another chain is behind the URL: nothing of it is read until the right one is. */
export class WrongChainError extends AlaError {}

/** What a chain said does not fit together (a reorg between two reads): read again at once. */
export class InconsistentReadError extends AlaError {}

/** What a node said cannot be true of any chain: nothing of the answer is stored. */
export class MalformedAnswerError extends AlaError {}

/** A node does not give the logs of so many blocks, or not in time: ask for fewer. */
export class LogsRefusedError extends AlaError {
  constructor(
    readonly blocks: number,
    cause: unknown,
  ) {
    super(`the node does not give the logs of ${blocks} blocks`, { cause });
  }
}

/** A node gives the logs of a block without some of ours: nothing of the range is stored. */
export class LogsLeftOutError extends AlaError {
  constructor(
    readonly block: number,
    readonly logs: number,
  ) {
    super(`the node leaves out ${logs} logs of block ${block}, which its receipts have: use another node`);
  }
}

/** To go on would be to go on wrong: the chain stands, with its reason and what to do about it, until the reason is gone. */
export class ChainHaltedError extends AlaError {}

/** The effect cannot be had any more, or somebody had it first: never retried. */
export class ObsoleteEffectError extends AlaError {}

/** A contract refused, or there is none that answers like it: the RPC itself did answer. */
export function isContractError(error: unknown): boolean {
  return isError(error, 'CALL_EXCEPTION') || (isError(error, 'BAD_DATA') && typeof error.value === 'string');
}

/** Text of an unknown thrown value, with its causes, on one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Its own message is the whole statement with its parameters.
  if (error instanceof DrizzleQueryError && error.cause !== undefined) return describeError(error.cause);
  const own = 'shortMessage' in error && typeof error.shortMessage === 'string' ? error.shortMessage : error.message;
  const text = own === '' && error instanceof AggregateError ? error.errors.map(describeError).join('; ') : own;
  return error.cause === undefined ? text : `${text}: ${describeError(error.cause)}`;
}
