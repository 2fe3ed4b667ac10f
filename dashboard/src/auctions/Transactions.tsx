import { Table } from '@mantine/core';
import type { AuctionDetail } from '@ala/shared/api/auctions';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { ChainName } from '../ui/chains.js';
import { TransactionHash } from '../ui/TransactionHash.js';
import type { Step } from './steps.js';
import { anchorOf } from './Timeline.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly detail: AuctionDetail;
  readonly steps: readonly Step[];
}

interface Row {
  readonly hash: string;
  readonly chain: string;
  readonly what: string;
  readonly fate: string;
}

/** Every transaction that has moved the auction, whoever sent it, and those of the nodes that have not, or not yet. */
export function Transactions({ network, detail, steps }: Props) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {['Chain', 'What', 'Fate', 'Hash'].map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rowsOf(detail, steps).map(({ hash, chain, what, fate }) => (
            <Table.Tr key={hash} id={anchorOf(hash)}>
              <Table.Td>
                <ChainName network={network} chain={chain} />
              </Table.Td>
              <Table.Td>{what}</Table.Td>
              <Table.Td>{fate}</Table.Td>
              <Table.Td>
                <TransactionHash network={network} chain={chain} hash={hash} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function rowsOf({ transactions }: AuctionDetail, steps: readonly Step[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { txHash, chain } of steps) {
    const words = new Set(steps.filter((step) => step.txHash === txHash).map((step) => step.words));
    rows.set(txHash, { hash: txHash, chain, what: [...words].join(', '), fate: 'mined' });
  }
  for (const { hash, chain, effect, fate } of transactions) {
    rows.set(hash, { hash, chain, what: rows.get(hash)?.what ?? effect, fate: `${fate}, signed by this node` });
  }
  return [...rows.values()];
}
