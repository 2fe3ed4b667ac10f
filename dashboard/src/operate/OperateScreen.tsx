import { Alert, List, Table, Text, Title } from '@mantine/core';
import type { ChainsAnswer } from '@ala/shared/api/chains';
import type { NetworkAnswer } from '@ala/shared/api/network';
import type { OperateAnswer } from '@ala/shared/api/operate';
import { ClientError } from '@ala/shared/client/clientError';
import { useChains, useNetwork, useOperate } from '../data/queries.js';
import { ChainName } from '../ui/chains.js';
import { Answered, Empty, Section } from '../ui/Screen.js';
import { durationWords } from '../ui/time.js';
import { Cells, Heads } from './cells.js';
import { LaneTable } from './LaneTable.js';
import { Peers } from './Peers.js';
import { StuckMessages } from './StuckMessages.js';

/** How the node that serves this page is: what it reads, sends, waits for, and can pay. */
export function OperateScreen() {
  const network = useNetwork();
  return (
    <>
      <Title order={1}>Operate</Title>
      <Answered asked={network}>
        {(known) => (
          <>
            <ChainLag network={known} />
            <Node network={known} />
            <Peers network={known} />
          </>
        )}
      </Answered>
    </>
  );
}

function ChainLag({ network }: { readonly network: NetworkAnswer }) {
  return (
    <Section title="Chains">
      <Answered asked={useChains()}>{(chains) => <ChainTable network={network} chains={chains} />}</Answered>
    </Section>
  );
}

function ChainTable({ network, chains }: { readonly network: NetworkAnswer; readonly chains: ChainsAnswer }) {
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing={4}>
        <Heads names={['Chain', 'Chain id', 'Read up to block', 'Last block', 'State']} />
        <Table.Tbody>
          {chains.asOf.map(({ chain, chainId, blockNumber, timestampSec, behind }) => (
            <Cells
              key={chain}
              cells={[
                <ChainName key="chain" network={network} chain={chain} />,
                chainId,
                blockNumber?.toLocaleString('en') ?? 'none yet',
                timestampSec === null ? '–' : `${durationWords(chains.nowSec - timestampSec)} old`,
                behind ? `behind: more than ${durationWords(chains.maxLagSec)}` : 'up to date',
              ]}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Node({ network }: { readonly network: NetworkAnswer }) {
  const asked = useOperate();
  // A node that does not serve it says 404: it tells of itself only where its operator has said so.
  if (asked.error instanceof ClientError && asked.error.kind === 'input') {
    return (
      <Empty title="This node does not tell of itself">
        Its operator may let it: <code>api.operate: true</code> in its configuration.
      </Empty>
    );
  }
  return <Answered asked={asked}>{(operate) => <State network={network} operate={operate} />}</Answered>;
}

function State({ network, operate }: { readonly network: NetworkAnswer; readonly operate: OperateAnswer }) {
  return (
    <>
      <div aria-live="polite">
        {operate.ready ? (
          <Text mt="md" size="sm">
            <b>Ready.</b> Version {operate.version}
            {operate.dryRun && ', dry run: it sends nothing'}.
          </Text>
        ) : (
          <Alert mt="md" color="red" title="The node is not ready">
            <List size="sm">
              {operate.problems.map((problem) => (
                <List.Item key={problem}>{problem}</List.Item>
              ))}
            </List>
          </Alert>
        )}
      </div>
      <Section title="Lanes and balances">
        <LaneTable network={network} lanes={operate.lanes} />
      </Section>
      <Section title="Stuck messages">
        <StuckMessages network={network} operate={operate} />
      </Section>
    </>
  );
}
