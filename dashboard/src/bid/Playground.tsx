import { useEffect, useRef } from 'react';
import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ClientError } from '@ala/shared/client/clientError';
import type { BidTerms } from '@ala/shared/client/bidTerms';
import { readView, tokenInterface } from '@ala/shared/client/onChain';
import { parseUint } from '@ala/shared/integers';
import type { Session } from '../wallet/session.js';
import { BURNER_ID } from '../wallet/useSession.js';
import { Section } from '../ui/Screen.js';
import { Outcome } from './Outcome.js';
import type { BidSpoke } from './spokes.js';
import { useTask } from './useTask.js';

interface Props {
  readonly url: string;
  readonly spoke: BidSpoke;
  readonly terms: BidTerms;
  readonly session: Session;
}

/** What only a devnet has: money for nothing, prices that fall and clocks that move on when asked. */
export function Playground({ url, spoke, terms, session }: Props) {
  const { state, run } = useTask();
  const act = (path: string, body: object, done: string): void =>
    void run(async () => {
      await ask(`${url}/${path}`, body);
      return done;
    });
  const money = { address: session.account, chain: spoke.chain };
  const fund = (): void => act('fund', money, 'You have 5,000 tUSD more.');
  const { data: balance } = useQuery({
    queryKey: ['play money', spoke.rpcUrl, session.account],
    queryFn: () => balanceOf(spoke, terms, session),
  });
  const isFunded = useRef(false);
  useEffect(() => {
    // A burner wallet is new and empty: there is nothing to ask its owner.
    if (balance !== 0n || session.wallet.id !== BURNER_ID || isFunded.current) return;
    isFunded.current = true;
    fund();
  });
  const fallen = 'The price fell, and an auction calls the cheapest bids: watch yours below.';
  return (
    <Section title="Devnet: play money">
      <Text size="sm" mb="xs">
        Nothing here is worth anything. An auction opens for 1,500 tUSD; all clocks move on first, so that your bid is
        active.
      </Text>
      <Group>
        <Button variant="light" disabled={state.busy} onClick={fund}>
          Get more play money on {spoke.chain}
        </Button>
        <Button variant="light" disabled={state.busy} onClick={() => act('fall', {}, fallen)}>
          Let the price fall
        </Button>
        <Button
          variant="light"
          disabled={state.busy}
          onClick={() => act('pass', { seconds: terms.noticeSec + MARGIN_SEC }, 'The clocks have moved on.')}
        >
          Let the notice time pass
        </Button>
      </Group>
      <Outcome state={state} />
    </Section>
  );
}

async function balanceOf({ provider }: BidSpoke, { debtToken }: BidTerms, { account }: Session): Promise<bigint> {
  const token = { address: debtToken, abi: tokenInterface };
  const [balance] = await readView(provider, token, 'balanceOf', [account]);
  return parseUint('balance', balance);
}

/** Exits are gathered in buckets, which end a little later. */
const MARGIN_SEC = 30;

/** @throws ClientError with the playground's own words */
async function ask(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch((cause: unknown) => {
    const what = 'the devnet gives nothing yet';
    const whatToDo = 'It does so once the scenario of npm start is through: try again then.';
    throw new ClientError({ kind: 'unreachable', what, whatToDo }, { cause });
  });
  if (answer.ok) return;
  const { problem } = (await answer.json()) as { readonly problem: string };
  throw new ClientError({ kind: 'refused', what: problem, whatToDo: 'Try again.' });
}
