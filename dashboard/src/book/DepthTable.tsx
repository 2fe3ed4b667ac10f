import { Table } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { percent, shownAmount } from '../ui/amount.js';
import { shortHex } from '../ui/hex.js';
import type { DepthRow } from './depthSeries.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly rows: readonly DepthRow[];
  readonly decimals: number;
  readonly unit: string;
}

/** The chart in figures; tiers without anything are left out. */
export function DepthTable({ network, rows, decimals, unit }: Props) {
  const chains = network.chains.map(({ chain }) => chain).filter((chain) => rows.some((row) => row.byChain.has(chain)));
  const shown = (amount: bigint): string => (amount === 0n ? '–' : shownAmount(amount, decimals));
  const filled = rows.filter(({ standby, entering }) => standby > 0n || entering > 0n);
  return (
    <Table.ScrollContainer minWidth={480} mt="md">
      <Table verticalSpacing={4} highlightOnHover>
        <Table.Caption>Amounts in {shortHex(unit)}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Premium</Table.Th>
            {[...chains, 'Standing by', 'About to enter', 'Cumulative'].map((name) => (
              <Table.Th key={name} scope="col" ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {filled.map((row) => (
            <Table.Tr key={row.tier}>
              <Table.Th scope="row">{percent(row.premiumBps)}</Table.Th>
              {chains.map((chain) => (
                <Table.Td key={chain} ta="right">
                  {shown(row.byChain.get(chain) ?? 0n)}
                </Table.Td>
              ))}
              <Table.Td ta="right">{shown(row.standby)}</Table.Td>
              <Table.Td ta="right">{shown(row.entering)}</Table.Td>
              <Table.Td ta="right">{shown(row.cumulative)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
