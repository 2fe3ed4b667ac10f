import { getAddress, isHexString, type Interface, type ParamType, type Result } from 'ethers';
import type { AddressOf, StateCheck } from '../steps/step.js';
import type { ChainClient } from './client.js';

/** One part of a state, as it has to be and as it is. */
export interface Observation {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly equal: boolean;
  /** Nobody has set it yet. */
  readonly unset: boolean;
}

/** Asks the chain; one observation for each part that the check names. */
export async function observe(client: ChainClient, check: StateCheck, at: AddressOf): Promise<Observation[]> {
  const expected = Object.entries(check.expected(at));
  const data = check.interface.encodeFunctionData(check.method, [...check.args(at)]);
  const answer = await client.call({ to: at(check.on), data });
  const nameOf = (part: string): string => (expected.length === 1 ? check.what : `${check.what}: ${part}`);
  if (!('data' in answer) || answer.data === '0x') {
    const actual = 'data' in answer ? 'no contract' : 'unset';
    return expected.map(([part, value]) => {
      return { what: nameOf(part), expected: show(value), actual, equal: false, unset: true };
    });
  }
  const parts = partsOf(check.interface, check.method, answer.data);
  return expected.map(([part, value]) => {
    const found = parts.length === 1 ? parts[0]?.[1] : parts.find(([named]) => named === part)?.[1];
    const actual = show(found);
    return { what: nameOf(part), expected: show(value), actual, equal: actual === show(value), unset: isZero(found) };
  });
}

type Part = readonly [name: string, value: unknown];

function partsOf(abi: Interface, method: string, data: string): Part[] {
  const outputs = abi.getFunction(method)?.outputs ?? [];
  const result = abi.decodeFunctionResult(method, data);
  const [only] = outputs;
  if (outputs.length === 1 && only?.baseType === 'tuple') {
    return named(only.components ?? [], result[0] as Result);
  }
  return named(outputs, result);
}

function named(params: readonly ParamType[], values: Result): Part[] {
  return params.map((param, index) => [param.name, values[index]]);
}

/** The same text for the same value, whether it comes from the file or from a chain. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(show).join(', ');
  if (typeof value === 'string') {
    if (isHexString(value, 20)) return getAddress(value);
    return isHexString(value) ? value.toLowerCase() : value;
  }
  return String(value);
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'string') return value === '' || (isHexString(value) && /^0x0*$/.test(value));
  return value === false || value === 0n || value === 0;
}
