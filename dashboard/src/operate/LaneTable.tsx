import { List, Table, Text } from '@mantine/core';
import type { LaneAnswer } from '@ala/shared/api/operate';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { useChains } from '../data/queries.js';
import { ChainName } from '../ui/chains.js';
import { shortHex } from '../ui/hex.js';
import { shownAmount } from '../ui/amount.js';
import { durationWords } from '../ui/time.js';
import { Cells, Heads } from './cells.js';

const NATIVE_DECIMALS = 18;

interface Props {
  readonly network: NetworkAnswer;
  readonly lanes: readonly LaneAnswer[];
}

/** One row a signer and chain: what it has, whether it may send, and what waits on it by age. */
export function LaneTable({ network, lanes }: Props) {
  // Leases are by the node's own clock, not by a chain's.
  const nowSec = useChains().data?.nowSec ?? Math.floor(Date.now() / 1_000);
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing={4}>
        <Heads names={['Chain', 'Signer', 'Balance', 'Lease', 'State', 'On its way']} />
        <Table.Tbody>
          {lanes.map((lane) => (
            <Cells
              key={`${lane.chain} ${lane.sender}`}
              cells={[
                <ChainName key="chain" network={network} chain={lane.chain} />,
                <span key="sender" title={lane.sender}>
                  {shortHex(lane.sender)}
                </span>,
                lane.balanceWei === null
                  ? 'unknown: the RPC does not answer'
                  : `${shownAmount(BigInt(lane.balanceWei), NATIVE_DECIMALS, 6)} native`,
                leaseWords(lane, nowSec),
                lane.problem ?? (lane.waitsForFees ? 'waits until fees are lower' : 'can send'),
                <Effects key="effects" lane={lane} />,
              ]}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function leaseWords({ lease }: LaneAnswer, nowSec: number): string {
  if (lease === null) return 'none yet';
  const left = durationWords(lease.expiresSec - nowSec);
  return lease.held ? `turn ${lease.term}, held for ${left} more` : `turn ${lease.term}, free`;
}

function Effects({ lane: { effects } }: { readonly lane: LaneAnswer }) {
  if (effects.length === 0) return <Text size="sm">nothing</Text>;
  return (
    <List size="sm" listStyleType="none">
      {effects.map(({ kind, state, count, oldestSec, overdueSec }) => (
        <List.Item key={`${kind} ${state}`}>
          {count} × {kind}, {state}, the oldest for {durationWords(oldestSec)}
          {overdueSec > 0 && `, overdue for ${durationWords(overdueSec)}`}
        </List.Item>
      ))}
    </List>
  );
}
