import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { Button, Group, TextInput } from '@mantine/core';
import { parseAmount } from '@ala/shared/client/amount';
import type { BidTerms } from '@ala/shared/client/bidTerms';
import { leavable, type OwnBid } from '@ala/shared/client/bids';
import type { ErrorKind } from '@ala/shared/client/clientError';
import { explainError } from '@ala/shared/client/explainError';
import { requestWithdraw } from '@ala/shared/client/leaveBid';
import type { Act } from './act.js';
import { inWords, Outcome } from './Outcome.js';
import type { TaskState } from './useTask.js';

interface Props {
  readonly bid: OwnBid;
  readonly terms: BidTerms;
  /** Something is done with the bid. */
  readonly busy: boolean;
  /** How the last withdrawal went. */
  readonly state: TaskState;
  readonly act: Act;
}

/** What the contract says of the amount, not of the wallet. */
const OF_AMOUNT: ReadonlySet<ErrorKind> = new Set(['input', 'refused']);

/** Asks for all or a part to leave. */
export function Leave({ bid, terms, busy, state, act }: Props) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const { failure } = state;
  const isOfAmount = failure !== null && OF_AMOUNT.has(failure.kind);
  useEffect(() => {
    if (failure === null || !OF_AMOUNT.has(failure.kind)) return;
    setWrong(inWords(failure));
    field.current?.focus();
  }, [failure]);
  const leave = (event: SyntheticEvent): void => {
    event.preventDefault();
    setWrong(null);
    let amount: bigint;
    try {
      amount = text.trim() === '' ? leavable(bid, terms) : parseAmount(text, terms.hubDecimals);
    } catch (error) {
      setWrong(inWords(explainError(error)));
      field.current?.focus();
      return;
    }
    void act(
      ({ name }: { readonly name: string }) =>
        name === 'EntryWithdrawn' ? 'Paid back: it was not active yet.' : 'Asked to leave.',
      (of) => requestWithdraw(of, amount),
    );
  };
  return (
    <form onSubmit={leave} noValidate>
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
        <Button type="submit" size="xs" variant="default" disabled={busy}>
          Request withdrawal
        </Button>
      </Group>
      <Outcome state={state} besideField={isOfAmount} />
    </form>
  );
}
