import type { Address } from '@ala/shared/ids';
import type { Tx } from '../db/client.js';

/** What the chain says of an intent at this moment. */
export type Preparation =
  /** The effect is there. */
  | { readonly status: 'done' }
  /** It cannot be had any more, or is of no use. */
  | {
      readonly status: 'obsolete';
      readonly reason: string;
      /** Asked once more while nobody can take the row up again, where the database has said so and may say otherwise by then. */
      readonly isStill?: (tx: Tx) => Promise<boolean>;
    }
  /** Something else has to happen first (a VAA to be signed, a message to be verified). */
  | { readonly status: 'notReady'; readonly reason: string; readonly retryInMs: number }
  | { readonly status: 'send'; readonly call: TransactionCall };

export interface TransactionCall {
  readonly to: Address;
  readonly data: string;
  readonly valueWei: bigint;
  /** Custom errors that say that the effect cannot be had any more: not retried. */
  readonly finalErrors: readonly string[];
  /** Another transaction may be due after this one; else its success is the effect. */
  readonly oneOfSeveral: boolean;
  /** It stands on transactions that wait for a block: simulated on top of those, and else on the newest block. */
  readonly onPending?: boolean;
}
