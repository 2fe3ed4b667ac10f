import type { MarketStatistics } from '@ala/shared/api/statistics';

/** What auctions have cost borrowers, held against what the lending protocol would have taken. Basis points of the debt. */
export interface AgainstPenalty {
  /** Average premium and the operators' fee. */
  readonly costBps: number;
  readonly penaltyBps: number;
  /** Below zero if the auctions were dearer. */
  readonly savedBps: number;
  /** On the volume so far, rounded down; below zero if the auctions were dearer. */
  readonly savedDebtUnits: bigint;
}

/** The API's averages have up to this many decimals of a basis point. */
const PARTS = 10_000n;
const WHOLE_BPS = 10_000n;

/** Pure: the comparison; null as long as nothing was covered, or if the node's operator has named no penalty. */
export function againstPenalty(market: MarketStatistics): AgainstPenalty | null {
  const { averagePremiumBps, operatorFeeBps, fixedPenaltyBps, coveredDebtUnits } = market;
  if (averagePremiumBps === null || fixedPenaltyBps === null) return null;
  const costBps = Number(averagePremiumBps) + (operatorFeeBps ?? 0);
  const savedBps = fixedPenaltyBps - costBps;
  const savedParts = BigInt(Math.round(savedBps * Number(PARTS)));
  return {
    costBps,
    penaltyBps: fixedPenaltyBps,
    savedBps,
    savedDebtUnits: (BigInt(coveredDebtUnits) * savedParts) / (PARTS * WHOLE_BPS),
  };
}
