import type { Book } from '@ala/shared/api/book';
import type { BasketAnswer } from '@ala/shared/api/network';

/** One tier of the chart and of its table; debt units. */
export interface DepthRow {
  readonly tier: number;
  readonly premiumBps: number;
  readonly byChain: ReadonlyMap<string, bigint>;
  readonly standby: bigint;
  readonly entering: bigint;
  readonly leaving: bigint;
  /** What stands by in this tier and all cheaper ones. */
  readonly cumulative: bigint;
}

/** Pure: every tier of the ladder up to the dearest one that holds something, those without anything as well, so that distances stay true. */
export function depthSeries(book: Book, { tiers }: Pick<BasketAnswer, 'tiers'>): DepthRow[] {
  const chainOf = new Map(book.spokes.map(({ spoke, chain }) => [spoke, chain]));
  const filled = new Map(book.tiers.map((tier) => [tier.tier, tier]));
  const dearest = Math.max(-1, ...filled.keys());
  let cumulative = 0n;
  return tiers
    .filter(({ tier }) => tier <= dearest)
    .map(({ tier, premiumBps }) => {
      const found = filled.get(tier);
      const byChain = new Map<string, bigint>();
      for (const { spoke, standbyDebtUnits } of found?.pools ?? []) {
        const chain = chainOf.get(spoke) ?? `spoke ${spoke}`;
        byChain.set(chain, (byChain.get(chain) ?? 0n) + BigInt(standbyDebtUnits));
      }
      const standby = BigInt(found?.standbyDebtUnits ?? 0);
      cumulative += standby;
      const entering = BigInt(found?.enteringDebtUnits ?? 0);
      return {
        tier,
        premiumBps,
        byChain,
        standby,
        entering,
        leaving: BigInt(found?.leavingDebtUnits ?? 0),
        cumulative,
      };
    });
}
