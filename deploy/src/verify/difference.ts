import type { Interface } from 'ethers';
import type { ChainClient } from '../chain/client.js';
import { observe } from '../chain/observe.js';
import type { AddressOf, StateCheck } from '../steps/step.js';

/** Something on a chain that is not as the file says. */
export interface Difference {
  readonly chain: string;
  /** The contract, by its name in the deployment or its address. */
  readonly contract: string;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** The parts of a state that are not as they have to be. */
export async function differencesOf(client: ChainClient, check: StateCheck, at: AddressOf): Promise<Difference[]> {
  const seen = await observe(client, check, at);
  return seen
    .filter(({ equal }) => !equal)
    .map(({ what, expected, actual }) => ({ chain: client.name, contract: check.on, what, expected, actual }));
}

/** A table with one line a difference. */
export function differenceTable(differences: readonly Difference[]): string {
  const rows = [
    ['chain', 'contract', 'what', 'expected', 'actual'],
    ...differences.map(({ chain, contract, what, expected, actual }) => [chain, contract, what, expected, actual]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A check of somebody else's contract, which is named by its address. */
export function viewCheck(
  abi: Interface,
  on: string,
  method: string,
  args: readonly unknown[],
  expected: Readonly<Record<string, unknown>>,
  what = method,
): StateCheck {
  return { on, interface: abi, method, args: () => args, expected: () => expected, what };
}

/** For checks that name every contract by its address. */
export const byAddress: AddressOf = (contract) => contract;
