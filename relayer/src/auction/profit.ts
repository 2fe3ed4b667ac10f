import type { SpokeId } from '@ala/shared/ids';
import type { Leg } from '@ala/shared/plan';

/** What a leg costs whoever sends its transactions, from its call to its last receipt. */
export interface LegCosts {
  readonly spoke: SpokeId;
  /** Price of gas on the spoke's chain now, wei. */
  readonly spokeGasPriceWei: bigint;
  /** What `callCapital` has to carry for the bridge now, wei of the spoke's chain. */
  readonly callFeeWei: bigint;
  /** What one whole native token (1e18 wei) of the spoke's chain is worth, debt units. */
  readonly spokeNativePriceDebt: bigint;
}

export interface RoundEconomics {
  readonly legs: readonly Leg[];
  readonly costs: readonly LegCosts[];
  readonly operatorFeeBps: number;
  /** How many of the set's operators this node signs for: fees are shared by the whole set in equal parts. */
  readonly ownOperators: number;
  readonly operatorsOfSet: number;
  /** Price of gas on the hub's chain now, wei. */
  readonly hubGasPriceWei: bigint;
  readonly hubNativePriceDebt: bigint;
}

/** Debt units: what a round is expected to earn this node's operators, and to cost its sender. */
export interface RoundEstimate {
  readonly earnsDebtDown: bigint;
  readonly costsDebtUp: bigint;
}

/**
 * Gas of what a round sends, as whole transactions on a devnet with real bridges took it, for first calls and the dearer bridge: commit and
 * close; at the hub for each leg its part of the commit, delivery, settlement and dispatch; at the spoke call and delivery of the result.
 */
const GAS = { round: 200_000n, hubPerLeg: 1_250_000n, spokePerLeg: 1_300_000n } as const;

const WEI = 10n ** 18n;
const BPS = 10_000n;

/** Pure: what speaks for and against sending a round. Fees count in debt at the plan's price, as the collateral they are paid in. */
export function estimateRound(round: RoundEconomics): RoundEstimate {
  const debt = round.legs.flatMap((leg) => leg.fills).reduce((sum, { amount }) => sum + amount, 0n);
  const feesDebt = (debt * BigInt(round.operatorFeeBps)) / BPS;
  const earnsDebtDown = (feesDebt * BigInt(round.ownOperators)) / BigInt(round.operatorsOfSet);
  const hubGas = GAS.round + GAS.hubPerLeg * BigInt(round.costs.length);
  // What goes home pays a fee like what came.
  const hubCost = inDebtUp(hubGas * round.hubGasPriceWei, round.hubNativePriceDebt);
  const legCosts = round.costs.map(({ spokeGasPriceWei, callFeeWei, spokeNativePriceDebt }) =>
    inDebtUp(GAS.spokePerLeg * spokeGasPriceWei + 2n * callFeeWei, spokeNativePriceDebt),
  );
  return { earnsDebtDown, costsDebtUp: legCosts.reduce((sum, cost) => sum + cost, hubCost) };
}

/** Pure: a round whose costs exceed what it earns by more than the limit is left to others. */
export function isWorthSending({ earnsDebtDown, costsDebtUp }: RoundEstimate, maxLossDebt: bigint): boolean {
  return costsDebtUp - earnsDebtDown <= maxLossDebt;
}

function inDebtUp(wei: bigint, nativePriceDebt: bigint): bigint {
  return (wei * nativePriceDebt + WEI - 1n) / WEI;
}
