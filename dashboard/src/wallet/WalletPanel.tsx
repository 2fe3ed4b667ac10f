import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { Outcome, sentence } from '../bid/Outcome.js';
import { useTask } from '../bid/useTask.js';
import { Section } from '../ui/Screen.js';
import type { KnownWallet } from './announced.js';
import { useHeldSession } from './SessionHolder.js';
import type { AddedChain } from './signOn.js';
import { BURNER_ID, openSession } from './useSession.js';

interface Props {
  readonly wallets: readonly KnownWallet[];
  readonly chain: AddedChain;
}

/** Chooses the wallet that signs. */
export function WalletPanel({ wallets, chain }: Props) {
  const { session, note, hold } = useHeldSession();
  const { state, run } = useTask();
  const connect = (wallet: KnownWallet): Promise<void> =>
    run(async () => {
      hold(await openSession(wallet, chain));
      return `Connected to ${wallet.name}.`;
    });
  const isElsewhere = session !== null && session.chainId !== null && session.chainId !== (chain.chainId as number);
  return (
    <Section title="Wallet">
      {session === null ? (
        <Group>
          {wallets.map((wallet) => (
            <Button key={wallet.id} disabled={state.busy} onClick={() => void connect(wallet)}>
              Connect {wallet.name}
            </Button>
          ))}
        </Group>
      ) : (
        <Group>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {session.wallet.name}: <Code>{session.account}</Code>
          </Text>
          <Button size="xs" variant="default" onClick={() => hold(null)}>
            Disconnect
          </Button>
        </Group>
      )}
      {wallets.length === 0 && (
        <Text>No wallet is in this browser: install one with EIP-6963 or EIP-1193, then load this page anew.</Text>
      )}
      {session?.wallet.id === BURNER_ID && (
        <Text size="sm" mt="xs">
          Its key was made in this page and lies readable in this browser. It holds play money only.
        </Text>
      )}
      <div aria-live="polite">
        {isElsewhere && (
          <Text size="sm" mt="xs">
            The wallet is on chain {session.chainId}: it is asked to go to {chain.name} ({chain.chainId}) before it
            signs.
          </Text>
        )}
      </div>
      {note !== null && (
        <Alert color="orange" role="alert" title={sentence(note.what)} mt="xs">
          {note.whatToDo}
        </Alert>
      )}
      <Outcome state={session === null || note !== null ? { ...state, done: null } : state} />
    </Section>
  );
}
