import { useRef, useState, type SyntheticEvent } from 'react';
import { Button, NativeSelect, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import type { BasketAnswer } from '@ala/shared/api/network';
import { formatAmount, parseAmount } from '@ala/shared/client/amount';
import type { BidTerms } from '@ala/shared/client/bidTerms';
import { explainError } from '@ala/shared/client/explainError';
import { placeBid } from '@ala/shared/client/placeBid';
import { sayTokens } from '@ala/shared/client/sayAmount';
import { toTier } from '@ala/shared/ids';
import { useBook } from '../data/queries.js';
import { percent, shownAmount } from '../ui/amount.js';
import { Section } from '../ui/Screen.js';
import { durationWords } from '../ui/time.js';
import type { Session } from '../wallet/session.js';
import { signerOf } from '../wallet/useSession.js';
import { inWords, Outcome } from './Outcome.js';
import { OwnerField, useOwner } from './OwnerField.js';
import type { BidSpoke } from './spokes.js';
import { useTask } from './useTask.js';

interface Props {
  readonly basket: BasketAnswer;
  readonly spoke: BidSpoke;
  readonly terms: BidTerms;
  readonly symbol: string;
  readonly session: Session | null;
}

/** Stands by with an amount at a premium. */
export function PlaceForm({ basket, spoke, terms, symbol, session }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [tier, setTier] = useState(String(basket.tiers[0]?.tier ?? 0));
  const [by, setBy] = useState<'approve' | 'permit'>('approve');
  const [wrong, setWrong] = useState<string | null>(null);
  const owner = useOwner();
  const say = sayTokens(terms, symbol);
  const { state, run } = useTask(say);
  const { failure } = state;
  const isOfAmount = failure !== null && (failure.kind === 'input' || failure.kind === 'funds');
  const place = (event: SyntheticEvent): void => {
    event.preventDefault();
    setWrong(null);
    if (!owner.check()) return;
    void run(async (onStep) => {
      if (session === null) return '';
      try {
        const amount = parseAmount(text, terms.hubDecimals);
        const signer = await signerOf(session, { ...spoke, name: spoke.chain });
        const order = { signer, spoke, terms, tier: toTier(Number(tier)), amount, by, onStep };
        const placed = await placeBid({ ...order, ...(owner.address !== null && { onBehalf: owner.address }) });
        setText('');
        return `Bid ${placed.bidId} of ${formatAmount(amount, terms.hubDecimals)} ${symbol} is placed.`;
      } catch (error) {
        const explained = explainError(error, say);
        if (explained.kind === 'input' || explained.kind === 'funds') {
          setWrong(inWords(explained));
          field.current?.focus();
        }
        throw error;
      }
    });
  };
  return (
    <Section title="Place a bid">
      <form onSubmit={place} noValidate>
        <Stack gap="sm">
          <Tiers basket={basket} symbol={symbol} value={tier} onChange={setTier} />
          <TextInput
            ref={field}
            label={`Amount in ${symbol}`}
            description={`At least ${formatAmount(terms.minBid, terms.hubDecimals)}, as you write amounts: 1000.50, 1.000,50 or 1'000.50.`}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            onChange={({ currentTarget }) => {
              setText(currentTarget.value);
              setWrong(null);
            }}
            error={wrong}
          />
          <Earnings text={text} tier={Number(tier)} basket={basket} terms={terms} symbol={symbol} />
          <OwnerField owner={owner} />
          <SegmentedControl
            aria-label="How the spoke may take the amount"
            value={by}
            onChange={(value) => setBy(value === 'permit' ? 'permit' : 'approve')}
            data={[
              { value: 'approve', label: 'Approve, then bid' },
              { value: 'permit', label: 'Sign a permit' },
            ]}
          />
          <Text size="sm">
            It can be called after {durationWords(terms.activationDelaySec)} at the earliest, and leaves{' '}
            {durationWords(terms.noticeSec)} after you ask at the earliest; until then it can still be called.
          </Text>
          <Button type="submit" disabled={session === null || state.busy}>
            {session === null ? 'Connect a wallet first' : 'Place the bid'}
          </Button>
        </Stack>
      </form>
      <Outcome state={state} besideField={isOfAmount} />
    </Section>
  );
}

interface TiersProps {
  readonly basket: BasketAnswer;
  readonly symbol: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The ladder, and how much stands by on all chains at each premium. */
function Tiers({ basket, symbol, value, onChange }: TiersProps) {
  const { data: book } = useBook(basket.basket);
  return (
    <NativeSelect
      label="Premium"
      description="The cheapest are called first."
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      data={basket.tiers.map(({ tier, premiumBps }) => {
        const deep = BigInt(book?.tiers.find((each) => each.tier === tier)?.standbyDebtUnits ?? 0);
        const shown = deep === 0n ? 'nobody stands by' : `${shownAmount(deep, basket.debtDecimals)} ${symbol} stand by`;
        return { value: String(tier), label: `${percent(premiumBps)}: ${shown}` };
      })}
    />
  );
}

function Earnings({
  text,
  tier,
  basket,
  terms,
  symbol,
}: Omit<Props, 'spoke' | 'session'> & { text: string; tier: number }) {
  const bps = basket.tiers.find((each) => each.tier === tier)?.premiumBps ?? 0;
  let amount: bigint;
  try {
    amount = parseAmount(text, terms.hubDecimals);
  } catch {
    return null;
  }
  const worth = amount + (amount * BigInt(bps)) / 10_000n;
  const shown = (units: bigint): string => `${shownAmount(units, terms.hubDecimals)} ${symbol}`;
  return (
    <Text size="sm">
      Called whole, {shown(amount)} become collateral worth {shown(worth)} at the oracle price.
    </Text>
  );
}
