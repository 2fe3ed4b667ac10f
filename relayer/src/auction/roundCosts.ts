import type { Logger } from 'pino';
import type { Deployment } from '@ala/shared/deployment';
import type { AuctionId } from '@ala/shared/ids';
import { planHeader, type Plan } from '@ala/shared/plan';
import type { Chain } from '../chain/chain.js';
import { readContract, spokeInterface } from '../chain/contracts.js';
import { estimateRound, isWorthSending, type LegCosts, type RoundEstimate } from './profit.js';

export interface RoundCostArgs {
  readonly deployment: Deployment;
  readonly hub: Chain;
  readonly chains: readonly Chain[];
  /** What one whole native token of each chain is worth, by its name, debt units. */
  readonly nativePricesDebt: Readonly<Record<string, bigint>>;
  readonly ownOperators: number;
  readonly operatorsOfSet: number;
}

/** Whether this node sends a round. */
export type RoundJudge = (plan: Plan, operatorFeeBps: number) => Promise<boolean>;

/** A judge by what rounds earn and cost. Of an auction that is left alone it tells once, and again when that has changed. */
export function profitJudge(args: RoundCostArgs & { readonly maxLossDebt: bigint; readonly log: Logger }): RoundJudge {
  const { maxLossDebt, log } = args;
  const leftAlone = new Set<AuctionId>();
  return async (plan, operatorFeeBps) => {
    const { auctionId } = plan;
    const estimate = await readRoundEstimate(args, plan, operatorFeeBps);
    const worth = isWorthSending(estimate, maxLossDebt);
    if (worth) leftAlone.delete(auctionId);
    else if (!leftAlone.has(auctionId)) {
      leftAlone.add(auctionId);
      const figures = { earnsDebt: String(estimate.earnsDebtDown), costsDebt: String(estimate.costsDebtUp) };
      log.warn({ auctionId, ...figures, maxLossDebt: String(maxLossDebt) }, 'round left alone: it costs too much');
    }
    return worth;
  };
}

/** Asks the chains for the prices of gas and bridges at this moment. */
async function readRoundEstimate(
  { deployment, hub, chains, nativePricesDebt, ownOperators, operatorsOfSet }: RoundCostArgs,
  plan: Plan,
  operatorFeeBps: number,
): Promise<RoundEstimate> {
  const [hubGasPriceWei, costs] = await Promise.all([
    gasPriceOf(hub),
    Promise.all(
      plan.legs.map(async (leg): Promise<LegCosts> => {
        const spoke = deployment.spokes.find(({ id }) => id === leg.spoke);
        const chain = chains.find(({ name }) => name === spoke?.chain);
        if (spoke === undefined || chain === undefined) throw new Error(`spoke ${leg.spoke} has no chain`);
        const target = { address: spoke.spoke, abi: spokeInterface };
        const [spokeGasPriceWei, [feeWei]] = await Promise.all([
          gasPriceOf(chain),
          readContract(chain.provider, target, 'quoteCall', [planHeader(plan), leg]),
        ]);
        return {
          spoke: spoke.id,
          spokeGasPriceWei,
          callFeeWei: BigInt(String(feeWei)),
          spokeNativePriceDebt: nativePriceOf(nativePricesDebt, chain),
        };
      }),
    ),
  ]);
  return estimateRound({
    legs: plan.legs,
    costs,
    operatorFeeBps,
    ownOperators,
    operatorsOfSet,
    hubGasPriceWei,
    hubNativePriceDebt: nativePriceOf(nativePricesDebt, hub),
  });
}

async function gasPriceOf({ provider }: Chain): Promise<bigint> {
  return BigInt((await provider.send('eth_gasPrice', [])) as string);
}

/** The configuration has been held against the deployment: a price is there for each chain. */
function nativePriceOf(prices: Readonly<Record<string, bigint>>, { name }: Chain): bigint {
  const price = prices[name];
  if (price === undefined) throw new Error(`the configuration has no native price for ${name}`);
  return price;
}
