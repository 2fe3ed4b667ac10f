import type { Tier } from '@ala/shared/ids';
import type { Pool } from '@ala/shared/pool';

/** A pool as its last events up to a block show it; amounts in hub units. What is due may not have been rolled yet. */
export interface PoolAtBlock extends Pool {
  readonly tier: Tier;
  readonly epoch: number;
}

/** A spoke's side of a basket as of a block. */
export interface SpokeAtBlock {
  readonly pools: readonly PoolAtBlock[];
  readonly inFlight: { readonly amount: bigint; readonly max: bigint };
}
