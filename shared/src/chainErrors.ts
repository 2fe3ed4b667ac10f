import { Interface, isCallException, type ErrorDescription } from 'ethers';
import { errorsAbi } from './abi/errors.js';

/** Why a contract refused a call. */
export interface ChainError {
  /** Name of the custom error; `Error` or `Panic` for Solidity's own; `Unknown` if there is no data or nobody knows it. */
  readonly name: string;
  /** By the names of the error's inputs, or their places where they have none. */
  readonly args: Readonly<Record<string, unknown>>;
  /** `Name(arg=value, …)`, for people. */
  readonly text: string;
}

const errors = new Interface(errorsAbi);

/** The revert behind a failed call, gas estimate or transaction of ethers; null if it is no revert (a connection, say). */
export function chainErrorOf(error: unknown): ChainError | null {
  if (!isCallException(error)) return null;
  const data = error.data ?? revertDataIn(error);
  if (data === null || data === '0x') return unknown(error.reason ?? 'reverted without data');
  return decodeChainError(data) ?? unknown(error.reason ?? `reverted with ${data}`);
}

/** Revert data of one of our contracts; null if it is none of their errors. */
export function decodeChainError(data: string): ChainError | null {
  const parsed = tryParse(data);
  if (parsed === null) return null;
  // Solidity's own errors, which ethers knows by itself, have unnamed inputs.
  const values = parsed.fragment.inputs.map((input, index) => ({ name: input.name, value: plain(parsed.args[index]) }));
  const args = Object.fromEntries(values.map(({ name, value }, index) => [name === '' ? String(index) : name, value]));
  const shown = values.map(({ name, value }) => (name === '' ? show(value) : `${name}=${show(value)}`));
  return { name: parsed.name, args, text: `${parsed.name}(${shown.join(', ')})` };
}

function tryParse(data: string): ErrorDescription | null {
  try {
    return errors.parseError(data);
  } catch {
    // A known selector with arguments that do not decode is as unknown as any other data.
    return null;
  }
}

/** Some nodes put the data into the error of the RPC only, which ethers keeps under `info`. */
function revertDataIn(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { data, info, error: inner } = error as { data?: unknown; info?: unknown; error?: unknown };
  if (typeof data === 'string' && data.startsWith('0x')) return data;
  return revertDataIn(info) ?? revertDataIn(inner) ?? revertDataIn(data);
}

/** ethers' nested results as plain arrays. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? Array.from(value as unknown[], plain) : value;
}

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : String(value);
}

function unknown(text: string): ChainError {
  return { name: 'Unknown', args: {}, text };
}
