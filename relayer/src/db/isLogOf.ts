import { and, eq, type AnyColumn, type SQL } from 'drizzle-orm';
import { rawEvents } from './chainTables.js';

/** Where the log stands that a row comes from. */
interface Position {
  readonly chainId: AnyColumn;
  readonly blockNumber: AnyColumn;
  readonly logIndex: AnyColumn;
}

/** Joins rows with the logs that they come from. */
export function isLogOf({ chainId, blockNumber, logIndex }: Position): SQL | undefined {
  return and(eq(rawEvents.chainId, chainId), eq(rawEvents.blockNumber, blockNumber), eq(rawEvents.logIndex, logIndex));
}
