import { useRef, useState } from 'react';
import { Badge, Button, Card, Group, Text, TextInput } from '@mantine/core';
import { formatAmount, parseAmount } from '@ala/shared/client/amount';
import type { BidTerms } from '@ala/shared/client/bidTerms';
import type { BidState, OwnBid } from '@ala/shared/client/bids';
import { explainError } from '@ala/shared/client/explainError';
import { claim, claimSkipped, rebid, requestWithdraw, withdraw, type OfBid } from '@ala/shared/client/leaveBid';
import type { Token } from '@ala/shared/client/token';
import { premiumBps } from '@ala/shared/ladder';
import { percent } from '../ui/amount.js';
import { Time } from '../ui/Time.js';
import type { Session } from '../wallet/session.js';
import { signerOf } from '../wallet/useSession.js';
import { inWords, Outcome } from './Outcome.js';
import type { BidSpoke } from './spokes.js';
import { useTask } from './useTask.js';

const STATES: Readonly<Record<BidState, string>> = {
  entering: 'not active yet',
  standing: 'stands by',
  leaving: 'leaving, can still be called',
  left: 'has left: collect it',
  over: 'over',
};

interface Props {
  readonly bid: OwnBid;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly spoke: BidSpoke;
  readonly terms: BidTerms;
  readonly symbol: string;
  readonly session: Session;
}

type Act = (done: string, work: (of: OfBid) => Promise<unknown>) => Promise<void>;

/** One bid, and all that can be done with it. */
export function BidCard({ bid, tokens, spoke, terms, symbol, session }: Props) {
  const { state, run } = useTask();
  const act: Act = (done, work) =>
    run(async (onStep) => {
      const signer = await signerOf(session, { ...spoke, name: spoke.chain });
      await work({ signer, spoke, bidId: bid.bidId, onStep });
      return done;
    });
  const shown = (units: bigint): string => `${formatAmount(units, terms.hubDecimals)} ${symbol}`;
  const calls = bid.openCalls.filter(({ skipped }) => !skipped);
  const away = calls.reduce((sum, { drawn }) => sum + drawn, 0n);
  return (
    <Card withBorder mt="sm" component="article" aria-label={`Bid ${bid.bidId}`}>
      <Group justify="space-between">
        <Text fw={600}>
          Bid {String(bid.bidId)} at {percent(premiumBps(terms, bid.tier))}
        </Text>
        <Badge variant="default">{STATES[bid.state]}</Badge>
      </Group>
      {bid.entering > 0n && <Text size="sm">Enters: {shown(bid.entering)}</Text>}
      <Text size="sm">Standing by: {shown(bid.standby)}</Text>
      {bid.state === 'entering' && bid.activeAtSec !== null && (
        <Text size="sm">
          Active <Time sec={bid.activeAtSec} />
        </Text>
      )}
      {bid.exitAtSec !== null && (
        <Text size="sm">
          Leaves <Time sec={bid.exitAtSec} />
        </Text>
      )}
      {away > 0n && <Text size="sm">Called, result under way: {shown(away)}</Text>}
      <Claims bid={bid} tokens={tokens} debtToken={terms.debtToken} busy={state.busy} act={act} />
      {bid.state === 'left' && (
        <Button size="xs" mt="xs" disabled={state.busy} onClick={() => void act('Collected.', withdraw)}>
          Withdraw {shown(bid.collectable)}
        </Button>
      )}
      {(bid.state === 'standing' || bid.state === 'entering') && (
        <Leave bid={bid} terms={terms} busy={state.busy} act={act} />
      )}
      <Outcome state={state} />
    </Card>
  );
}

interface ClaimsProps {
  readonly bid: OwnBid;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly debtToken: string;
  readonly busy: boolean;
  readonly act: Act;
}

function Claims({ bid, tokens, debtToken, busy, act }: ClaimsProps) {
  const skipped = bid.openCalls.filter((call) => call.skipped && call.complete);
  return (
    <Group mt="xs">
      {bid.claimable.map((part) => {
        const token = tokens.get(part.token);
        const text =
          token === undefined ? part.token : `${formatAmount(part.amountLocal, token.decimals)} ${token.symbol}`;
        return (
          <Group key={part.token} gap="xs">
            <Button size="xs" disabled={busy} onClick={() => void act(`Claimed ${text}.`, (of) => claim(of, part))}>
              Claim {text}
            </Button>
            {part.token === debtToken && (
              <Button
                size="xs"
                variant="light"
                disabled={busy}
                onClick={() => void act(`Bid again with ${text}.`, (of) => rebid(of, bid.tier, part))}
              >
                Bid again with {text}
              </Button>
            )}
          </Group>
        );
      })}
      {skipped.flatMap(({ gen }) =>
        (['collateral', 'refund'] as const).map((part) => (
          <Button
            key={`${gen} ${part}`}
            size="xs"
            variant="light"
            disabled={busy}
            onClick={() => void act('Claimed.', (of) => claimSkipped(of, gen, part))}
          >
            Claim the {part} of call {gen}
          </Button>
        )),
      )}
    </Group>
  );
}

interface LeaveProps {
  readonly bid: OwnBid;
  readonly terms: BidTerms;
  readonly busy: boolean;
  readonly act: Act;
}

/** Asks for all or a part to leave. */
function Leave({ bid, terms, busy, act }: LeaveProps) {
  const whole = bid.standby + bid.entering;
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const leave = (): void => {
    let amount: bigint;
    try {
      amount = text.trim() === '' ? whole : parseAmount(text, terms.hubDecimals);
    } catch (error) {
      setWrong(inWords(explainError(error)));
      field.current?.focus();
      return;
    }
    void act('Asked to leave.', (of) => requestWithdraw(of, amount));
  };
  return (
    <Group align="end" mt="xs">
      <TextInput
        ref={field}
        size="xs"
        label={`Amount of bid ${bid.bidId} to withdraw`}
        description="Empty for all of it"
        inputMode="decimal"
        autoComplete="off"
        value={text}
        error={wrong}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setWrong(null);
        }}
      />
      <Button size="xs" variant="default" disabled={busy} onClick={leave}>
        Request withdrawal
      </Button>
    </Group>
  );
}
