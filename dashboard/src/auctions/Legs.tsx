import { Table, Text } from '@mantine/core';
import type { AuctionDetail } from '@ala/shared/api/auctions';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { Amount } from '../ui/Amount.js';
import { ChainName } from '../ui/chains.js';
import type { Units } from './Timeline.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly detail: AuctionDetail;
  readonly units: Units;
}

/** What each spoke was called for, and what has come of it. */
export function Legs({ network, detail, units }: Props) {
  if (detail.legs.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No plan yet: the relayer clears the auction as soon as it has read its block.
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Spoke</Table.Th>
            <Table.Th scope="col">Chain</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col" ta="right">
              Drawn
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Used
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Collateral
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {detail.legs.map((leg) => (
            <Table.Tr key={leg.legId}>
              <Table.Th scope="row" title={leg.legId}>
                {leg.spoke}
              </Table.Th>
              <Table.Td>
                <ChainName
                  network={network}
                  chain={network.spokes.find(({ spoke }) => spoke === leg.spoke)?.chain ?? ''}
                />
              </Table.Td>
              <Table.Td>{leg.state}</Table.Td>
              <Table.Td ta="right">
                <Amount value={leg.drawnDebtUnits} {...units.debt} />
              </Table.Td>
              <Table.Td ta="right">
                <Amount value={leg.usedDebtUnits} {...units.debt} />
              </Table.Td>
              <Table.Td ta="right">
                <Amount value={leg.collateralUnits} {...units.collateral} digits={6} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
