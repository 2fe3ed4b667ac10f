import { memo, useEffect, useRef, useState } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Progress, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { AuctionAnswer } from '@ala/shared/api/auctions';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { useSymbols, type SymbolOf } from '../data/symbols.js';
import { Amount } from '../ui/Amount.js';
import { partOf, percent } from '../ui/amount.js';
import { shortHex } from '../ui/hex.js';
import { durationWords } from '../ui/time.js';
import { Time } from '../ui/Time.js';
import classes from './AuctionList.module.css';
import { StateBadge } from './StateBadge.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly items: readonly AuctionAnswer[];
  readonly hasMore: boolean;
  /** The reader has come near the end of what is there. */
  readonly onEnd: () => void;
}

const ROW_HEIGHT = 56;
const NEAR_END = 20;
const COLUMNS = ['Auction', 'State', 'Debt to cover', 'Covered', 'Average premium', 'Opened', 'Took'];

/** Only the rows in sight are in the page, so thousands cost no more than twenty. */
export function AuctionList({ network, items, hasMore, onEnd }: Props) {
  const symbolOf = useSymbols();
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => items[index]?.auctionId ?? index,
  });
  const rows = virtual.getVirtualItems();
  const isNearEnd = (rows.at(-1)?.index ?? 0) >= items.length - NEAR_END;
  useEffect(() => {
    if (isNearEnd && hasMore) onEnd();
  }, [isNearEnd, hasMore, onEnd]);
  return (
    <div role="table" aria-label="Auctions" aria-rowcount={hasMore ? -1 : items.length + 1}>
      <div role="row" aria-rowindex={1} className={`${classes['row'] ?? ''} ${classes['head'] ?? ''}`}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" ref={list} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {rows.map(({ key, index, start }) => {
          const auction = items[index];
          return (
            auction && (
              <div
                key={key}
                role="row"
                aria-rowindex={index + 2}
                className={classes['row']}
                style={{ position: 'absolute', insetInline: 0, transform: `translateY(${start - top}px)` }}
              >
                <Cells network={network} auction={auction} symbolOf={symbolOf} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

interface CellsProps {
  readonly network: NetworkAnswer;
  readonly auction: AuctionAnswer;
  readonly symbolOf: SymbolOf;
}

/** Scrolling draws the rows that come into sight, and no other. */
const Cells = memo(function Cells({ network, auction, symbolOf }: CellsProps) {
  const { debtToken = '', debtDecimals = 0 } = network.baskets.find(({ basket }) => basket === auction.basket) ?? {};
  const market = network.markets.find(({ marketId }) => marketId === auction.marketId);
  const covered = partOf(BigInt(auction.coveredDebtUnits), BigInt(auction.debtToCoverDebtUnits));
  return (
    <>
      <span role="cell" className={classes['id']}>
        <Link href={`/auctions/${auction.auctionId}`} title={auction.auctionId}>
          {shortHex(auction.auctionId)}
        </Link>
        <Text span size="xs" c="dimmed" ml={6}>
          {market && shortHex(symbolOf(market.collateralToken))}
        </Text>
      </span>
      <span role="cell">
        <StateBadge auction={auction} />
      </span>
      <span role="cell">
        <Amount value={auction.debtToCoverDebtUnits} decimals={debtDecimals} unit={symbolOf(debtToken)} />
      </span>
      <span role="cell" className={classes['covered']}>
        <Progress value={covered} aria-label="Covered" size="sm" w={60} />
        {covered} %
      </span>
      <span role="cell">{auction.averagePremiumBps === null ? '–' : percent(auction.averagePremiumBps)}</span>
      <span role="cell">
        <Time sec={auction.opened.timestampSec} />
      </span>
      <span role="cell">
        {auction.coveredSec === null ? '–' : durationWords(auction.coveredSec - auction.opened.timestampSec)}
      </span>
    </>
  );
});
