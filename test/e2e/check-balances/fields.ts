import { getAddress, type Result } from 'ethers';

/** Named values of a decoded log or call, each with the type that the caller expects. A wrong type throws. */
export function uint(values: Result, name: string): bigint {
  const value: unknown = values.getValue(name);
  if (typeof value !== 'bigint') throw new TypeError(`${name}: expected an integer, got ${typeof value}`);
  return value;
}

export function small(values: Result, name: string): number {
  return Number(uint(values, name));
}

export function text(values: Result, name: string): string {
  const value: unknown = values.getValue(name);
  if (typeof value !== 'string') throw new TypeError(`${name}: expected a text, got ${typeof value}`);
  return value;
}

export function address(values: Result, name: string): string {
  return getAddress(text(values, name));
}

export function flag(values: Result, name: string): boolean {
  const value: unknown = values.getValue(name);
  if (typeof value !== 'boolean') throw new TypeError(`${name}: expected true or false, got ${typeof value}`);
  return value;
}

/** A struct. */
export function struct(values: Result, name: string): Result {
  return values.getValue(name) as Result;
}

/** An array of structs. */
export function structs(values: Result, name: string): Result[] {
  return Array.from(values.getValue(name) as Result) as Result[];
}
