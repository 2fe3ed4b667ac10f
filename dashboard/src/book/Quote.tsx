import { useDeferredValue, useMemo, useState } from 'react';
import { Group, NativeSelect, Slider, Text, TextInput } from '@mantine/core';
import type { Book } from '@ala/shared/api/book';
import type { BasketAnswer, MarketAnswer, NetworkAnswer } from '@ala/shared/api/network';
import { AmountError, formatAmount, parseAmount } from '@ala/shared/client/amount';
import { useSymbols } from '../data/symbols.js';
import { Amount } from '../ui/Amount.js';
import { percent } from '../ui/amount.js';
import { shortHex } from '../ui/hex.js';
import { Figure, Section } from '../ui/Screen.js';
import { quote } from './quote.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly basket: BasketAnswer;
  readonly book: Book;
  readonly unit: string;
}

const STEPS = 1_000n;

/** What an auction of a chosen size would pay, cleared in the browser by the code that the relayer clears with. */
export function Quote({ network, basket, book, unit }: Props) {
  const symbolOf = useSymbols();
  const { debtDecimals: decimals } = basket;
  const markets = network.markets.filter((market) => market.basket === basket.basket);
  const [marketId, chooseMarket] = useState(markets[0]?.marketId);
  const market = markets.find((candidate) => candidate.marketId === marketId);
  // A quarter more than stands by: what stays uncovered is worth seeing too.
  const most = (BigInt(book.standbyDebtUnits) * 5n) / 4n;
  const [text, setText] = useState(() =>
    formatAmount(wholeTokens(BigInt(book.standbyDebtUnits) / 2n, decimals), decimals),
  );
  const { amount, problem } = read(text, decimals);
  if (market === undefined) return null;
  return (
    <Section title="What an auction would pay">
      <Group align="flex-start" grow preventGrowOverflow={false}>
        <TextInput
          label={`Debt to cover, ${shortHex(unit)}`}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          inputMode="decimal"
          error={problem}
        />
        <NativeSelect
          label="Market"
          value={market.marketId}
          onChange={({ currentTarget }) => chooseMarket(Number(currentTarget.value))}
          data={markets.map(({ marketId: id, collateralToken }) => ({
            value: String(id),
            label: `${id}: ${shortHex(symbolOf(collateralToken))}`,
          }))}
        />
      </Group>
      <Slider
        my="md"
        min={0}
        max={Number(STEPS)}
        label={null}
        thumbLabel="Debt to cover"
        value={amount === null || most === 0n ? 0 : Number(smaller((amount * STEPS) / most, STEPS))}
        onChange={(step) => setText(formatAmount(wholeTokens((most * BigInt(step)) / STEPS, decimals), decimals))}
      />
      {amount !== null && <Result book={book} basket={basket} market={market} debt={amount} unit={unit} />}
    </Section>
  );
}

interface ResultProps {
  readonly book: Book;
  readonly basket: BasketAnswer;
  readonly market: MarketAnswer;
  readonly debt: bigint;
  readonly unit: string;
}

function Result({ book, basket, market, debt, unit }: ResultProps) {
  const size = useDeferredValue(debt);
  const result = useMemo(() => quote(book, basket, market, size), [book, basket, market, size]);
  const { debtDecimals: decimals } = basket;
  return (
    <>
      <Group component="dl" gap="xs xl" aria-live="polite" m={0}>
        <Figure name="Average premium">{result.filled === 0n ? '–' : percent(result.averagePremiumBps)}</Figure>
        <Figure name="Marginal premium">{result.filled === 0n ? '–' : percent(result.marginalPremiumBps)}</Figure>
        <Figure name="The protocol's fixed penalty">
          {market.fixedPenaltyBps === null ? 'not named' : percent(market.fixedPenaltyBps)}
        </Figure>
        <Figure name="Covered">
          <Amount value={result.filled} decimals={decimals} unit={unit} />
        </Figure>
        <Figure name="Uncovered">
          <Amount value={result.shortfall} decimals={decimals} unit={unit} />
        </Figure>
      </Group>
      <Text size="xs" c="dimmed" mt="sm">
        Cleared in this browser on the book above, as if the auction had it to itself and collateral enough.
        {market.terms !== null &&
          ` Bids above ${percent(market.terms.maxPremiumBps)} are too dear for the market; operators take ${percent(market.terms.operatorFeeBps)} besides.`}
      </Text>
    </>
  );
}

function read(text: string, decimals: number): { readonly amount: bigint | null; readonly problem: string | null } {
  try {
    return { amount: parseAmount(text, decimals), problem: null };
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    return { amount: null, problem: error.message };
  }
}

const wholeTokens = (units: bigint, decimals: number): bigint => units - (units % 10n ** BigInt(decimals));
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
