import { Table, Text } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';
import type { OperateAnswer } from '@ala/shared/api/operate';
import { useNow } from '../data/now.js';
import { ChainName } from '../ui/chains.js';
import { shortHex } from '../ui/hex.js';
import { durationWords } from '../ui/time.js';
import { Cells, Heads } from './cells.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly operate: OperateAnswer;
}

/** Messages that are older than they should be, the oldest first, each with its reason. */
export function StuckMessages({ network, operate: { stuckMessages, stuckAfterSec } }: Props) {
  const now = useNow();
  if (stuckMessages.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None: every message has arrived, or was sent less than {durationWords(stuckAfterSec)} ago.
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing={4}>
        <Heads names={['Age', 'Message', 'From', 'To', 'State', 'Why']} />
        <Table.Tbody>
          {stuckMessages.map((message) => (
            <Cells
              key={message.messageId}
              cells={[
                durationWords(now - message.sent.timestampSec),
                <span key="id" title={message.messageId}>
                  {message.kind} {shortHex(message.messageId)}
                </span>,
                <ChainName key="chain" network={network} chain={message.sent.chain} />,
                message.toPeer === 0 ? 'hub' : `spoke ${message.toPeer}`,
                `${message.state} over ${message.bridge}, ${message.attempts} failed attempts`,
                message.waitsFor ?? 'no reason is known: see the log of the node',
              ]}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
