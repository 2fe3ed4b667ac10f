import { auctions } from './auctions.js';
import { describeFailure, type CheckLine } from './checkLine.js';
import { collateralConservation } from './collateralConservation.js';
import type { ConservationTable } from './conservationTable.js';
import { coverage } from './coverage.js';
import { debtConservation } from './debtConservation.js';
import { exchanges } from './exchanges.js';
import type { World } from './facts.js';
import { messageFlow } from './messageFlow.js';
import { poolClaims } from './poolClaims.js';
import { standing } from './standing.js';

/** What the checker found; `ok` only if every line holds. */
export interface BalanceReport {
  readonly ok: boolean;
  readonly tables: readonly ConservationTable[];
  readonly lines: readonly CheckLine[];
  /** One sentence a line that does not hold: token, place, expected, found, difference. */
  readonly failures: readonly string[];
}

/** Holds what was read against the invariants. Pure. */
export function judge(world: World): BalanceReport {
  const debt = debtConservation(world);
  const collateral = collateralConservation(world);
  const lines = [
    ...debt.lines,
    ...collateral.lines,
    ...coverage(world),
    ...exchanges(world),
    ...auctions(world),
    ...poolClaims(world),
    ...standing(world),
    ...messageFlow(world),
  ];
  const failures = lines.filter((line) => !line.ok).map(describeFailure);
  return { ok: failures.length === 0, tables: [...debt.tables, ...collateral.tables], lines, failures };
}
