import {
  KIND_COLLATERAL,
  KIND_REFUND,
  type CapitalCallFacts,
  type FillResult,
  type HubFacts,
  type SpokeFacts,
  type World,
} from './facts.js';
import { sum } from './units.js';

/** One leg with everything that hub and spoke said of it; amounts in hub units. */
export interface Leg {
  readonly spoke: number;
  readonly call: CapitalCallFacts;
  readonly drawn: bigint;
  /** What the hub was credited with; null before it arrives. */
  readonly credited: bigint | null;
  /** One a fill; zeros before the first exchange. */
  readonly results: readonly FillResult[];
  readonly used: bigint;
  readonly collateral: bigint;
  readonly fee: bigint;
  readonly ended: boolean;
  /** Left the hub for the spoke. */
  readonly refundSent: bigint;
  readonly collateralSent: bigint;
  readonly feeReleased: bigint;
}

/** All legs that were called on a spoke. */
export function legsOf(world: World, spoke: SpokeFacts): Leg[] {
  return spoke.capitalCalls.map((call) => legOf(world.hub, spoke.id, call));
}

function legOf(hub: HubFacts, spoke: number, call: CapitalCallFacts): Leg {
  const own = <Item extends { readonly legId: string }>(items: readonly Item[]): Item[] =>
    items.filter((item) => item.legId === call.legId);
  const exchanges = own(hub.exchanges);
  const last = exchanges.at(-1);
  const results = call.fills.map((_, index) => last?.results[index] ?? { used: 0n, collateral: 0n });
  const receipts = own(hub.receipts);
  const sentOf = (kind: number): bigint => sum(receipts, (receipt) => (receipt.kind === kind ? receipt.amount : 0n));
  const fee = last?.fee ?? 0n;
  return {
    spoke,
    call,
    drawn: sum(call.fills, (fill) => fill.amount),
    credited: own(hub.arrivals)[0]?.credited ?? null,
    results,
    used: sum(results, (result) => result.used),
    collateral: sum(results, (result) => result.collateral),
    fee,
    ended: last?.ended === true || own(hub.releases).length > 0,
    refundSent: sentOf(KIND_REFUND),
    collateralSent: sentOf(KIND_COLLATERAL),
    feeReleased: feeReleased(call, results, receipts.length, fee),
  };
}

/** Each receipt releases its share of the fee: all of it, or of two a half rounded down and then the rest. */
function feeReleased(call: CapitalCallFacts, results: readonly FillResult[], receipts: number, fee: bigint): bigint {
  const hasCollateral = results.some((result) => result.used !== 0n);
  const hasRefund = call.fills.some((fill, index) => fill.amount !== results[index]?.used);
  const parts = hasCollateral && hasRefund ? 2 : 1;
  if (receipts === 0) return 0n;
  return receipts < parts ? fee / 2n : fee;
}
