import { lazy, Suspense, useMemo, useState } from 'react';
import { Group, Skeleton, Text, Title } from '@mantine/core';
import type { Book } from '@ala/shared/api/book';
import type { BasketAnswer, NetworkAnswer } from '@ala/shared/api/network';
import { useBook, useNetwork } from '../data/queries.js';
import { useSymbols } from '../data/symbols.js';
import { Amount } from '../ui/Amount.js';
import { BasketChoice } from '../ui/BasketChoice.js';
import { lookOf } from '../ui/chains.js';
import { ChainSwatch } from '../ui/patterns.js';
import { Answered, Empty, Figure, Figures, Section } from '../ui/Screen.js';
import { depthSeries } from './depthSeries.js';
import { DepthTable } from './DepthTable.js';
import { Quote } from './Quote.js';

const DepthChart = lazy(() => import('./DepthChart.js').then(({ DepthChart: chart }) => ({ default: chart })));

/** What stands by, the cheapest premium first, and what an auction would pay. */
export function BookScreen() {
  const network = useNetwork();
  return (
    <>
      <Title order={1}>Book</Title>
      <Answered asked={network}>{(known) => <Baskets network={known} />}</Answered>
    </>
  );
}

function Baskets({ network }: { readonly network: NetworkAnswer }) {
  const [first] = network.baskets;
  const [chosen, choose] = useState(first?.basket ?? 0);
  const basket = network.baskets.find(({ basket: id }) => id === chosen);
  if (basket === undefined) return <Empty title="No basket">The deployment of this node names none.</Empty>;
  return (
    <>
      <BasketChoice network={network} chosen={chosen} onChoose={choose} />
      <OneBook key={chosen} network={network} basket={basket} />
    </>
  );
}

function OneBook({ network, basket }: { readonly network: NetworkAnswer; readonly basket: BasketAnswer }) {
  const asked = useBook(basket.basket);
  return <Answered asked={asked}>{(book) => <Depth network={network} basket={basket} book={book} />}</Answered>;
}

interface DepthProps {
  readonly network: NetworkAnswer;
  readonly basket: BasketAnswer;
  readonly book: Book;
}

function Depth({ network, basket, book }: DepthProps) {
  const unit = useSymbols()(basket.debtToken);
  const { debtDecimals: decimals } = basket;
  const rows = useMemo(() => depthSeries(book, basket), [book, basket]);
  return (
    <>
      <Figures>
        <Figure name="Standing by">
          <Amount value={book.standbyDebtUnits} decimals={decimals} unit={unit} />
        </Figure>
        <Figure name="Of it asked to leave">
          <Amount value={book.leavingDebtUnits} decimals={decimals} unit={unit} />
        </Figure>
        <Figure name="About to enter">
          <Amount value={book.enteringDebtUnits} decimals={decimals} unit={unit} />
        </Figure>
      </Figures>
      {rows.length === 0 ? (
        <Empty title="Nothing stands by yet">The book fills as soon as somebody places a bid.</Empty>
      ) : (
        <>
          <Section title="Depth by premium">
            <Legend network={network} book={book} />
            <div aria-hidden>
              <Suspense fallback={<Skeleton h={300} />}>
                <DepthChart network={network} rows={rows} decimals={decimals} unit={unit} />
              </Suspense>
            </div>
            <DepthTable network={network} rows={rows} decimals={decimals} unit={unit} />
          </Section>
          <Quote network={network} basket={basket} book={book} unit={unit} />
        </>
      )}
    </>
  );
}

function Legend({ network, book }: Pick<DepthProps, 'network' | 'book'>) {
  const chains = [...new Set(book.spokes.map(({ chain }) => chain))];
  return (
    <Group gap="md" mb="xs">
      {chains.map((chain) => (
        <Group key={chain} gap={6} wrap="nowrap">
          <ChainSwatch chain={chain} look={lookOf(network, chain)} />
          <Text size="sm">{chain}</Text>
        </Group>
      ))}
      <Group gap={6} wrap="nowrap">
        <svg width="16" height="16" aria-hidden>
          <path d="M0 12H8V4H16" fill="none" stroke="currentColor" strokeWidth="2" />
        </svg>
        <Text size="sm">this cheap or cheaper (right scale)</Text>
      </Group>
    </Group>
  );
}
