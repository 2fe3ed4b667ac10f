import type { Logger } from 'pino';
import type { Chain } from '../chain/chain.js';
import type { Db, Tx } from '../db/client.js';
import type { LaneShare, OutboxRow } from '../dispatch/outbox.js';
import type { Preparation } from '../dispatch/preparation.js';
import type { LaneMemory } from './laneMemory.js';
import type { Clock } from '../lib/clock.js';
import type { Signer } from './signer.js';
import type { SigningArgs, SigningObserver } from './signTransaction.js';
import type { OnStage } from './stage.js';

export interface LaneArgs {
  readonly chain: Chain;
  readonly signer: Signer;
  /** Which of the chain's rows are this lane's. */
  readonly share: LaneShare;
  /** No more transactions than this are under way at once. */
  readonly maxInFlight: number;
  readonly memory: LaneMemory;
  readonly db: Db;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** No transaction offers more than this, in wei a unit of gas. */
  readonly maxFeePerGasWei: bigint;
  /** A transaction that no block has by then is replaced at higher fees. */
  readonly replaceAfterMs: number;
  readonly observer: SigningObserver;
  /** Does everything but sign and send, and says what would have been sent. */
  readonly dryRun: boolean;
  readonly prepare: (row: OutboxRow) => Promise<Preparation>;
  /** Throws `LeaseLostError` in a transaction that would store something to be sent, if another node may send by now. */
  readonly fence: (tx: Tx) => Promise<void>;
  readonly onStage: OnStage;
}

export const RETRY = { firstMs: 250, maxMs: 15_000 };

export function signingArgs({ chain, signer, maxFeePerGasWei, observer }: LaneArgs): SigningArgs {
  return { provider: chain.provider, chainId: chain.chainId, signer, maxFeePerGasWei, observer };
}

/** What a log line tells of a row: with the auction's id its story can be followed through all lanes. */
export function nameOf({ key, auctionId }: Pick<OutboxRow, 'key' | 'auctionId'>) {
  return auctionId === null ? { key } : { auctionId, key };
}
