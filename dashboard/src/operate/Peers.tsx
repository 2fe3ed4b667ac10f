import { Table } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { ChainName } from '../ui/chains.js';
import { shortHex } from '../ui/hex.js';
import { Section } from '../ui/Screen.js';
import { Cells, Heads } from './cells.js';

/** Whom the hub exchanges messages with: every spoke, its bridge and the ports at both ends. */
export function Peers({ network }: { readonly network: NetworkAnswer }) {
  return (
    <Section title="Peers">
      <Table.ScrollContainer minWidth={560}>
        <Table verticalSpacing={4}>
          <Heads names={['Spoke', 'Chain', 'Bridge', 'Contract', 'Its port', "The hub's port"]} />
          <Table.Tbody>
            {network.spokes.map(({ spoke, chain, bridge, address, port, hubPort }) => (
              <Cells
                key={spoke}
                cells={[
                  spoke,
                  <ChainName key="chain" network={network} chain={chain} />,
                  bridge,
                  ...[address, port, hubPort].map((contract) => (
                    <span key={contract} title={contract}>
                      {shortHex(contract)}
                    </span>
                  )),
                ]}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
