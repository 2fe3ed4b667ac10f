import type { Logger } from 'pino';
import type { Chain } from '../chain/chain.js';
import type { Db, Tx } from '../db/client.js';
import type { OutboxRow } from '../dispatch/outbox.js';
import type { Preparation } from '../dispatch/preparation.js';
import type { Clock } from '../lib/clock.js';
import type { Signer } from './signer.js';
import type { SigningArgs, SigningObserver } from './signTransaction.js';
import type { OnStage } from './stage.js';

export interface LaneArgs {
  readonly chain: Chain;
  readonly signer: Signer;
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
