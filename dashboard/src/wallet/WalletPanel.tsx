import { Button, Code, Group, Text } from '@mantine/core';
import { Outcome } from '../bid/Outcome.js';
import { useTask } from '../bid/useTask.js';
import { Section } from '../ui/Screen.js';
import type { KnownWallet } from './announced.js';
import type { AddedChain } from './signOn.js';
import { BURNER_ID, openSession, type Session } from './useSession.js';

interface Props {
  readonly wallets: readonly KnownWallet[];
  readonly chain: AddedChain;
  readonly session: Session | null;
  readonly onSession: (session: Session | null) => void;
}

/** Chooses the wallet that signs. */
export function WalletPanel({ wallets, chain, session, onSession }: Props) {
  const { state, run } = useTask();
  const connect = (wallet: KnownWallet): Promise<void> =>
    run(async () => {
      const opened = await openSession(wallet, chain);
      onSession(opened);
      return `Connected to ${wallet.name}.`;
    });
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
          <Button size="xs" variant="default" onClick={() => onSession(null)}>
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
      <Outcome state={state} />
    </Section>
  );
}
