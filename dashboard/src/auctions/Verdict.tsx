import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Group, List, Loader, Text } from '@mantine/core';
import type { AuctionDetail } from '@ala/shared/api/auctions';
import type { NetworkAnswer } from '@ala/shared/api/network';
import type { PlanVerdict } from '@ala/shared/client/verifyAuction';
import type { AuctionId } from '@ala/shared/ids';
import { unreadChains } from './unreadChains.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly detail: AuctionDetail;
}

/** Whether the committed plans are what clearing gives, found out by this browser from the chains themselves; verified anew with each plan. */
export function Verdict({ network, detail }: Props) {
  const committed = detail.plans.filter(({ state }) => state === 'committed').map(({ planHash }) => planHash);
  const missing = unreadChains(network);
  const asked = useQuery({
    queryKey: ['verdict', detail.auctionId, ...committed],
    // The library that reads chains is loaded with the first auction that is looked at.
    queryFn: async () => {
      const { verifyInBrowser } = await import('./verifyInBrowser.js');
      return verifyInBrowser(network, detail.auctionId as AuctionId);
    },
    enabled: committed.length > 0 && missing.length === 0,
    staleTime: Infinity,
  });
  if (committed.length === 0) return <Text size="sm">No plan is committed yet.</Text>;
  if (missing.length > 0) {
    return (
      <Text size="sm">
        Not verified here: this node names no RPC of {missing.join(', ')} that pages may use. In a terminal:{' '}
        <code>./ala verify</code>
      </Text>
    );
  }
  if (asked.data !== undefined) return <Verdicts verdicts={asked.data} />;
  if (asked.error !== null) {
    return (
      <Group gap="sm">
        <Text size="sm">Not verified: {asked.error.message}</Text>
        <Button size="compact-sm" variant="light" onClick={() => void asked.refetch()}>
          Try again
        </Button>
      </Group>
    );
  }
  return (
    <Group gap="xs">
      <Loader size="xs" />
      <Text size="sm">Reading the chains and clearing again…</Text>
    </Group>
  );
}

function Verdicts({ verdicts }: { readonly verdicts: readonly PlanVerdict[] }) {
  const wrong = verdicts.filter(({ problems }) => problems.length > 0);
  if (wrong.length === 0) {
    return (
      <Group gap="xs">
        <Badge color="green" variant="filled" radius="sm" tt="none">
          ✓ verified
        </Badge>
        <Text size="sm">
          {verdicts.length === 1 ? 'The plan is' : `All ${verdicts.length} plans are`} what clearing gives: this browser
          has read the chains and cleared again.
        </Text>
      </Group>
    );
  }
  return (
    <>
      <Badge color="red" variant="filled" radius="sm" tt="none">
        ✗ not what clearing gives
      </Badge>
      {wrong.map(({ planHash, round, problems }) => (
        <div key={planHash}>
          <Text size="sm" mt="xs">
            Round {round}, plan <code>{planHash}</code>
          </Text>
          <List size="sm">
            {problems.map((problem) => (
              <List.Item key={problem}>{problem}</List.Item>
            ))}
          </List>
        </div>
      ))}
    </>
  );
}
