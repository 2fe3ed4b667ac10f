import type { AuctionId, BasketId, ChainId, LegId, SpokeId } from '@ala/shared/ids';
import type { LegRecord, ReceiptKind } from '../dispatch/intent.js';

/** One leg as the events of its spoke and of the hub show it. */
export interface LegView {
  readonly legId: LegId;
  readonly spoke: SpokeId;
  /** The leg's plan reserved for it on the hub; false with a `callBySec` if it lapsed. */
  readonly committed: boolean;
  /** Null if the hub has not taken a plan with this leg. */
  readonly callBySec: number | null;
  readonly arrivedAtSec: number | null;
  readonly expired: boolean;
  /** Wholly used or released. */
  readonly ended: boolean;
  /** What `settle`, `releaseLegs` and `dispatchReceipts` want back; null before the arrival. */
  readonly record: LegRecord | null;
  /** Receipts that an ended leg owes. */
  readonly due: readonly ReceiptKind[];
  readonly dispatched: readonly ReceiptKind[];
}

export interface AuctionView {
  readonly auctionId: AuctionId;
  readonly basket: BasketId;
  /** False if its opening vanished in a reorg after a leg had arrived: what came can only be sent home. */
  readonly opened: boolean;
  readonly debtToCover: bigint;
  readonly debtCovered: bigint;
  readonly deadlineSec: number;
  readonly closed: boolean;
  readonly legs: readonly LegView[];
  /** A settlement was written and has not been tried yet: what arrives meanwhile waits for the next one. */
  readonly settlementUnderWay: boolean;
}

/** Terms that decisions need; they are fixed when a basket or route is created. */
export interface HubTerms {
  readonly hubChainId: ChainId;
  readonly callWindowSec: number;
  /** The hub lets a plan lapse whose snapshot is older. */
  readonly maxSnapshotAgeSec: number;
  readonly settleWindowSec: number;
  /** By spoke: how long after `callBy` a leg may still be on its way. */
  readonly routeTimeoutSec: ReadonlyMap<SpokeId, number>;
}
