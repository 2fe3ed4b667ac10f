import type { ScenarioResult } from '../devnet/scenario/result.js';
import type { ScenarioStep, World } from '../devnet/scenario/world.js';
import { readable } from '../devnet/scenario/amounts.js';
import { textTable } from '../devnet/table.js';
import type { Conservation } from './conservation.js';

/** One step as a line: elapsed, chain, stage, what happened. */
export function stepLine({ elapsedMs, chain, stage, text }: ScenarioStep): string {
  const elapsed = `${(elapsedMs / 1000).toFixed(1)} s`.padStart(7);
  return `${elapsed}  ${chain.padEnd(6)}  ${stage.padEnd(8)}  ${text}`;
}

/** The result as people read it. */
export function resultTable(world: World, result: ScenarioResult): string {
  const { tUSD, tETH } = world.devnet.tokens;
  const rows = result.legs.map((leg) => [
    `spoke ${leg.spoke}`,
    leg.bridge,
    readable(leg.drawn, tUSD.decimals),
    readable(leg.collateral, tETH.decimals, 8),
    readable(leg.refunded, tUSD.decimals),
  ]);
  const { debtToCover, debtCovered, rounds } = result.auction;
  const { secondMarket } = result;
  const summary = [
    `debt covered     ${readable(debtCovered, tUSD.decimals)} of ${readable(debtToCover, tUSD.decimals)} tUSD, ${rounds} round(s)`,
    `average premium  ${result.averagePremiumBps} bps`,
    ...(secondMarket === undefined
      ? []
      : [
          `second market    ${readable(secondMarket.debtCovered, tUSD.decimals)} of ${readable(secondMarket.debtToCover, tUSD.decimals)} tUSD, from the same bids`,
        ]),
    `elapsed          ${(result.elapsedMs / 1000).toFixed(1)} s`,
  ];
  return `${textTable(['leg', 'bridge', 'drawn tUSD', 'collateral tETH', 'refunded tUSD'], rows)}\n\n${summary.join('\n')}`;
}

/** The result as one line of JSON, amounts as decimal strings. */
export function resultJson(result: ScenarioResult, conservation: Conservation): string {
  const { auction, legs, averagePremiumBps, elapsedMs, secondMarket } = result;
  const report = {
    ok: result.ok && conservation.ok,
    auction,
    legs,
    averagePremiumBps,
    conservation: { ok: conservation.ok },
    elapsedMs,
    ...(secondMarket !== undefined && { secondMarket }),
    ...(!(result.ok && conservation.ok) && { problems: [...result.problems, ...conservation.problems] }),
  };
  return JSON.stringify(report, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** The same shape for a run that came to no result. */
export function failureJson(problem: string, elapsedMs: number): string {
  return JSON.stringify({ ok: false, conservation: { ok: false }, elapsedMs, problems: [problem] });
}
