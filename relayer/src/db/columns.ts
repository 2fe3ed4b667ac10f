import { customType } from 'drizzle-orm/pg-core';

/** Addresses and hashes: lower-case `0x…` in TypeScript, `bytea` in PostgreSQL. */
export const hex = customType<{ data: string; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.slice(2), 'hex'),
  fromDriver: (value) => `0x${value.toString('hex')}`,
});

/** Amounts and prices: `bigint` in TypeScript, `numeric(78, 0)` in PostgreSQL, which holds a uint256. */
export const uint256 = customType<{ data: bigint; driverData: string }>({
  dataType: () => 'numeric(78, 0)',
  toDriver: (value) => value.toString(),
  fromDriver: (value) => BigInt(value),
});
