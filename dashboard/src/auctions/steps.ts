import type { AuctionDetail, TimelineStep } from '@ala/shared/api/auctions';

/** One thing that happened to the auction on one chain. */
export interface Step {
  readonly key: string;
  readonly chain: string;
  readonly event: string;
  /** What happened, in words. */
  readonly words: string;
  /** Null if it is about the whole auction. */
  readonly spoke: number | null;
  readonly amount: StepAmount | null;
  readonly txHash: string;
  readonly timestampSec: number;
  /** Since the opening. */
  readonly elapsedSec: number;
  /** So many of the same in one transaction: one for each pool. */
  readonly times: number;
}

export interface StepAmount {
  readonly units: bigint;
  readonly of: 'debt' | 'collateral';
}

const WORDS: Readonly<Record<string, string>> = {
  AuctionOpened: 'Auction opened',
  PlanCommitted: 'Plan committed',
  PlanLapsed: 'Plan lapsed',
  CapitalCalled: 'Capital called',
  LegArrived: 'Capital arrived',
  LegSettled: 'Capital exchanged for collateral',
  AuctionSettled: 'Debt repaid',
  AuctionClosed: 'Auction closed',
  LegReleased: 'Rest released as a refund',
  LegExpired: 'Leg expired',
  ReceiptDispatched: 'Result sent home',
  ResultRecorded: 'Result recorded',
};

const ORDER = Object.keys(WORDS);

/** Pure: what the chains showed of an auction, by time, the same event of one leg in one transaction once. */
export function stepsOf(detail: AuctionDetail): Step[] {
  const steps = new Map<string, Step>();
  let plan = 0;
  for (const entry of detail.timeline) {
    const { at, event, legId } = entry;
    const key = [at.chain, at.txHash, event, legId ?? ''].join(' ');
    const before = steps.get(key);
    if (before !== undefined) {
      steps.set(key, { ...before, times: before.times + 1 });
      continue;
    }
    steps.set(key, {
      key,
      chain: at.chain,
      event,
      words: WORDS[event] ?? event,
      spoke: detail.legs.find((leg) => leg.legId === legId)?.spoke ?? null,
      amount: amountOf(detail, entry, plan),
      txHash: at.txHash,
      timestampSec: at.timestampSec,
      elapsedSec: at.timestampSec - detail.opened.timestampSec,
      times: 1,
    });
    if (event === 'PlanCommitted') plan += 1;
  }
  // Of one second: in the order in which one leads to another.
  return [...steps.values()].sort(
    (a, b) => a.timestampSec - b.timestampSec || ORDER.indexOf(a.event) - ORDER.indexOf(b.event),
  );
}

function amountOf(detail: AuctionDetail, { event, legId }: TimelineStep, plan: number): StepAmount | null {
  const leg = detail.legs.find((candidate) => candidate.legId === legId);
  switch (event) {
    case 'AuctionOpened':
      return debt(detail.debtToCoverDebtUnits);
    case 'PlanCommitted': {
      const committed = detail.plans.filter(({ state }) => state === 'committed').sort((a, b) => a.round - b.round);
      const legs = committed[plan]?.legs ?? [];
      return debt(legs.reduce((sum, { amountDebtUnits }) => sum + BigInt(amountDebtUnits), 0n));
    }
    case 'AuctionClosed':
      return debt(detail.coveredDebtUnits);
    case 'CapitalCalled':
    case 'LegArrived':
      return leg === undefined ? null : debt(leg.drawnDebtUnits);
    case 'LegReleased':
      return leg === undefined ? null : debt(BigInt(leg.drawnDebtUnits) - BigInt(leg.usedDebtUnits));
    case 'LegSettled':
      return leg === undefined ? null : collateral(leg.collateralUnits);
    case 'ReceiptDispatched':
    case 'ResultRecorded':
      return leg === undefined ? null : onlyResult(leg);
    default:
      return null;
  }
}

/** Of a leg with two results, each in a message of its own, a step does not say which it is about. */
function onlyResult({
  drawnDebtUnits,
  usedDebtUnits,
  collateralUnits,
}: AuctionDetail['legs'][number]): StepAmount | null {
  const [drawn, used] = [BigInt(drawnDebtUnits), BigInt(usedDebtUnits)];
  if (used === drawn) return collateral(collateralUnits);
  return used === 0n ? debt(drawn) : null;
}

const debt = (units: bigint | string): StepAmount => ({ units: BigInt(units), of: 'debt' });
const collateral = (units: string): StepAmount => ({ units: BigInt(units), of: 'collateral' });

/** Swim lanes: a lane a chain, a column for each time at which something happened. */
export interface Lanes {
  /** Since the opening, ascending. */
  readonly elapsedSec: readonly number[];
  readonly lanes: readonly { readonly chain: string; readonly cells: readonly (readonly Step[])[] }[];
}

/** Pure: the lanes of the chains on which something happened, in the order of `chains`. */
export function lanesOf(steps: readonly Step[], chains: readonly string[]): Lanes {
  const elapsedSec = [...new Set(steps.map((step) => step.elapsedSec))].sort((a, b) => a - b);
  const lanes = chains
    .filter((chain) => steps.some((step) => step.chain === chain))
    .map((chain) => ({
      chain,
      cells: elapsedSec.map((sec) => steps.filter((step) => step.chain === chain && step.elapsedSec === sec)),
    }));
  return { elapsedSec, lanes };
}
