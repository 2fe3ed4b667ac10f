/** A table whose amounts are all of one token. */
export interface ConservationTable {
  readonly title: string;
  readonly decimals: number;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly place: string; readonly amounts: readonly bigint[] }[];
}

/** The last column of every row is what is left over; it should be zero, or dust. */
export const DIFFERENCE = 'difference';
