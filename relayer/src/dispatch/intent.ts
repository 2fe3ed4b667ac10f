import { AbiCoder, keccak256 } from 'ethers';
import type { AuctionId, ChainId, Hash, LegId, PlanHash, SpokeId } from '@ala/shared/ids';
import type { BridgeName } from '@ala/shared/deployment';

/** What became of one fill so far; amounts in hub units of debt and collateral. */
export interface FillResult {
  readonly used: bigint;
  readonly collateral: bigint;
}

/** An arrived leg as the hub's events carry it and as its functions want it back. */
export interface LegRecord {
  readonly legId: LegId;
  readonly message: string;
  readonly results: readonly FillResult[];
  readonly fee: bigint;
}

export type ReceiptKind = 'settled' | 'refunded';

/** One effect to be had on one chain. */
export type Intent =
  | { readonly kind: 'commit'; readonly planHash: PlanHash }
  | { readonly kind: 'call'; readonly planHash: PlanHash; readonly legId: LegId; readonly spoke: SpokeId }
  | { readonly kind: 'settle'; readonly auctionId: AuctionId; readonly legs: readonly LegRecord[] }
  | { readonly kind: 'release'; readonly legs: readonly LegRecord[] }
  | { readonly kind: 'expire'; readonly legId: LegId }
  | { readonly kind: 'close'; readonly auctionId: AuctionId }
  | { readonly kind: 'dispatch'; readonly receipt: ReceiptKind; readonly spoke: SpokeId; readonly leg: LegRecord }
  | { readonly kind: 'carry'; readonly bridge: BridgeName; readonly message: MessageName; readonly messageId: Hash };

export type MessageName = 'CapitalDelivered' | 'LegSettled' | 'LegRefunded';
export type IntentKind = Intent['kind'];

/** An intent with its place: the lane it runs in and the auction it belongs to (null if it is not known here). */
export interface PlacedIntent {
  readonly chainId: ChainId;
  readonly auctionId: AuctionId | null;
  readonly intent: Intent;
}

/**
 * Says what the effect is: two intents with the same key are one. The part before the last colon names the step
 * without its instance (`call:2`, `carry:wormhole:LegSettled`).
 */
export function intentKey(intent: Intent): string {
  switch (intent.kind) {
    case 'commit':
      return `commit:${intent.planHash}`;
    case 'call':
      return `call:${intent.spoke}:${intent.legId}`;
    case 'settle':
      return `settle:${recordsHash(intent.legs)}`;
    case 'release':
      return `release:${recordsHash(intent.legs)}`;
    case 'expire':
      return `expire:${intent.legId}`;
    case 'close':
      return `close:${intent.auctionId}`;
    case 'dispatch':
      return `dispatch:${intent.spoke}:${intent.receipt}:${recordsHash([intent.leg])}`;
    case 'carry':
      return `carry:${intent.bridge}:${intent.message}:${intent.messageId}`;
  }
}

/** A partly used leg may be settled again, and a reorg may settle it otherwise: that is another effect, for its record is another one. */
function recordsHash(legs: readonly LegRecord[]): string {
  const coder = AbiCoder.defaultAbiCoder();
  return keccak256(
    coder.encode(
      ['tuple(bytes32, tuple(uint128, uint128)[], uint128)[]'],
      [legs.map((leg) => [leg.legId, leg.results.map((result) => [result.used, result.collateral]), leg.fee])],
    ),
  );
}

/** By the key of an intent: whether it brings a plan to the hub. */
export function isCommit(key: string): boolean {
  return key.startsWith('commit:');
}
