import { legId, toPlanHash, toSpokeId } from '@ala/shared/ids';
import type { ChainEvent } from './eventFeed.js';

/** One leg of the auction as the chains tell it; amounts in hub units. */
export interface LegProgress {
  readonly legId: string;
  readonly spoke: number;
  readonly planned: bigint;
  readonly tiers: readonly number[];
  drawn: bigint;
  arrived: boolean;
  ended: boolean;
  expired: boolean;
  /** Debt exchanged so far, for each fill in the plan's order. */
  used: readonly bigint[];
  collateral: bigint;
  refunded: bigint;
  /** Calls at home that wait for a result still. */
  openCalls: number;
}

interface PlanArgs {
  readonly legs: readonly { readonly spoke: bigint; readonly fills: readonly { tier: bigint; amount: bigint }[] }[];
}

/**
 * What has become of one auction, from the events of hub and spokes alone. `take` answers whether the event was one of
 * this auction's.
 */
export class AuctionProgress {
  readonly legs = new Map<string, LegProgress>();
  rounds = 0;
  debtCovered = 0n;
  closed = false;

  /** Events of legs whose plan has not been seen yet: chains are read one by one, and a call may go out with its commit. */
  private early: ChainEvent[] = [];

  constructor(readonly auctionId: string) {}

  /** Every leg was called, has ended on the hub, and its results are home; or it expired without a call. */
  get allHome(): boolean {
    const legs = [...this.legs.values()];
    const isHome = (leg: LegProgress): boolean => (leg.drawn === 0n ? leg.expired : leg.ended && leg.openCalls === 0);
    return legs.length > 0 && legs.every(isHome);
  }

  take(event: ChainEvent): boolean {
    const { name, args } = event;
    if ('auctionId' in namesOf(args) && args.auctionId !== this.auctionId) return false;
    switch (name) {
      case 'PlanCommitted':
        this.addPlan(args.planHash as string, args.plan as unknown);
        return true;
      case 'AuctionSettled':
        this.debtCovered = args.debtCovered as bigint;
        return true;
      case 'AuctionClosed':
        this.closed = true;
        return true;
      default:
        return this.takeLeg(event);
    }
  }

  private takeLeg(event: ChainEvent): boolean {
    const { name, args } = event;
    if (!('legId' in namesOf(args))) return false;
    const leg = this.legs.get(args.legId as string);
    if (!leg) {
      this.early.push(event);
      return false;
    }
    switch (name) {
      case 'CapitalCalled': {
        const fills = args.fills as readonly { amount: bigint }[];
        leg.drawn = fills.reduce((sum, fill) => sum + fill.amount, 0n);
        leg.openCalls += fills.length;
        return true;
      }
      case 'LegArrived':
        leg.arrived = true;
        return true;
      case 'LegSettled':
        this.setResults(leg, args.results as readonly { used: bigint; collateral: bigint }[]);
        leg.ended ||= args.ended as boolean;
        return true;
      case 'LegReleased':
        this.setResults(leg, args.results as readonly { used: bigint; collateral: bigint }[]);
        leg.refunded = args.refund as bigint;
        leg.ended = true;
        return true;
      case 'LegExpired':
        leg.expired = true;
        return true;
      case 'ResultRecorded':
        if (args.complete as boolean) leg.openCalls -= 1;
        return true;
      default:
        return ['ReceiptDispatched', 'ResultIgnored'].includes(name);
    }
  }

  private setResults(leg: LegProgress, results: readonly { used: bigint; collateral: bigint }[]): void {
    if (results.length === 0) return;
    leg.used = results.map((result) => result.used);
    leg.collateral = results.reduce((sum, result) => sum + result.collateral, 0n);
  }

  private addPlan(planHash: string, plan: unknown): void {
    this.rounds += 1;
    for (const { spoke, fills } of (plan as PlanArgs).legs) {
      const id = legId(toPlanHash(planHash), toSpokeId(Number(spoke)));
      this.legs.set(id, {
        legId: id,
        spoke: Number(spoke),
        planned: fills.reduce((sum, fill) => sum + fill.amount, 0n),
        tiers: fills.map((fill) => Number(fill.tier)),
        drawn: 0n,
        arrived: false,
        ended: false,
        expired: false,
        used: [],
        collateral: 0n,
        refunded: 0n,
        openCalls: 0,
      });
    }
    const waiting = this.early;
    this.early = [];
    for (const event of waiting) this.takeLeg(event);
  }
}

/** Names of an event's arguments; asking ethers' result for one that it lacks throws. */
function namesOf(args: ChainEvent['args']): Record<string, unknown> {
  return args.toObject();
}
