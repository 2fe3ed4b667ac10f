import { Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { AuctionDetail } from '@ala/shared/api/auctions';
import type { NetworkAnswer } from '@ala/shared/api/network';
import type { AuctionId } from '@ala/shared/ids';
import { useAuction, useNetwork } from '../data/queries.js';
import { useSymbols } from '../data/symbols.js';
import { Amount } from '../ui/Amount.js';
import { partOf, percent } from '../ui/amount.js';
import { shortHex } from '../ui/hex.js';
import { Answered, Empty, Figure, Figures, Section } from '../ui/Screen.js';
import { durationWords } from '../ui/time.js';
import { Time } from '../ui/Time.js';
import { Legs } from './Legs.js';
import { StateBadge } from './StateBadge.js';
import { stepsOf } from './steps.js';
import { Timeline, type Units } from './Timeline.js';
import { Transactions } from './Transactions.js';
import { Verdict } from './Verdict.js';

/** One auction, from its opening to the results that came home. */
export function AuctionScreen({ id }: { readonly id: string }) {
  const network = useNetwork();
  return (
    <>
      <Text size="sm">
        <Link href="/auctions">All auctions</Link>
      </Text>
      <Title order={1} title={id}>
        Auction {shortHex(id)}
      </Title>
      {/^0x[0-9a-f]{64}$/.test(id) ? (
        <Answered asked={network}>{(known) => <Asked network={known} id={id as AuctionId} />}</Answered>
      ) : (
        <Empty title="This is no auction's id">It is 0x and 64 hex digits: choose one from the list.</Empty>
      )}
    </>
  );
}

function Asked({ network, id }: { readonly network: NetworkAnswer; readonly id: AuctionId }) {
  return <Answered asked={useAuction(id)}>{(detail) => <Detail network={network} detail={detail} />}</Answered>;
}

function Detail({ network, detail }: { readonly network: NetworkAnswer; readonly detail: AuctionDetail }) {
  const symbolOf = useSymbols();
  const basket = network.baskets.find(({ basket: id }) => id === detail.basket);
  const market = network.markets.find(({ marketId }) => marketId === detail.marketId);
  const units: Units = {
    debt: { decimals: basket?.debtDecimals ?? 0, unit: symbolOf(basket?.debtToken ?? 'units') },
    collateral: { decimals: market?.collateralDecimals ?? 0, unit: symbolOf(market?.collateralToken ?? 'units') },
  };
  const steps = stepsOf(detail);
  return (
    <>
      <Figures>
        <Figure name="State">
          <StateBadge auction={detail} />
        </Figure>
        <Figure name="Debt to cover">
          <Amount value={detail.debtToCoverDebtUnits} {...units.debt} />
        </Figure>
        <Figure name="Covered">{partOf(BigInt(detail.coveredDebtUnits), BigInt(detail.debtToCoverDebtUnits))} %</Figure>
        <Figure name="Average premium">
          {detail.averagePremiumBps === null ? '–' : percent(detail.averagePremiumBps)}
        </Figure>
        {market?.fixedPenaltyBps != null && (
          <Figure name="The protocol's fixed penalty">{percent(market.fixedPenaltyBps)}</Figure>
        )}
        <Figure name="Collateral given">
          <Amount value={detail.collateralOutUnits} {...units.collateral} digits={6} />
        </Figure>
        <Figure name="Opened">
          <Time sec={detail.opened.timestampSec} />
        </Figure>
        <Figure name="Repaid after">{repaidAfter(detail)}</Figure>
      </Figures>
      <div aria-live="polite">
        <Verdict network={network} detail={detail} />
      </div>
      <Section title="Timeline">
        <Timeline network={network} steps={steps} units={units} />
      </Section>
      <Section title="Legs">
        <Legs network={network} detail={detail} units={units} />
      </Section>
      <Section title="Transactions">
        <Transactions network={network} detail={detail} steps={steps} />
      </Section>
    </>
  );
}

function repaidAfter({ state, coveredSec, opened }: AuctionDetail): string {
  if (coveredSec !== null) return durationWords(coveredSec - opened.timestampSec);
  return state === 'open' ? 'not yet' : '–';
}
