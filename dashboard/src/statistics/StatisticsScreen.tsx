import { Text, Title } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';
import type { MarketStatistics } from '@ala/shared/api/statistics';
import { useNetwork, useStatistics } from '../data/queries.js';
import { useSymbols } from '../data/symbols.js';
import { Amount } from '../ui/Amount.js';
import { percent } from '../ui/amount.js';
import { shortHex } from '../ui/hex.js';
import { Answered, Empty, Figure, Figures, Section } from '../ui/Screen.js';
import { durationWords } from '../ui/time.js';
import { PenaltyBars } from './PenaltyBars.js';

/** What the auctions of each market have come to. */
export function StatisticsScreen() {
  const network = useNetwork();
  const statistics = useStatistics();
  return (
    <>
      <Title order={1}>Statistics</Title>
      <Answered asked={network}>
        {(known) => (
          <Answered asked={statistics}>{({ markets }) => <Markets network={known} markets={markets} />}</Answered>
        )}
      </Answered>
    </>
  );
}

interface MarketsProps {
  readonly network: NetworkAnswer;
  readonly markets: readonly MarketStatistics[];
}

function Markets({ network, markets }: MarketsProps) {
  if (markets.every(({ auctions }) => auctions === 0)) {
    return (
      <Empty title="No auction yet">
        Volume, premiums, coverage and the time to repay stand here once a lending protocol has opened the first one.
      </Empty>
    );
  }
  return markets.map((market) => <Market key={market.marketId} network={network} market={market} />);
}

interface MarketProps {
  readonly network: NetworkAnswer;
  readonly market: MarketStatistics;
}

function Market({ network, market }: MarketProps) {
  const symbolOf = useSymbols();
  const basket = network.baskets.find(({ basket: id }) => id === market.basket);
  const known = network.markets.find(({ marketId }) => marketId === market.marketId);
  const collateral = known === undefined ? '' : ` · ${shortHex(symbolOf(known.collateralToken))}`;
  const money = { decimals: basket?.debtDecimals ?? 0, unit: symbolOf(basket?.debtToken ?? '') };
  const { auctions, covered, coverageBps, timeToRepay } = market;
  return (
    <Section title={`Market ${market.marketId}${collateral}`}>
      {auctions === 0 ? (
        <Text size="sm" c="dimmed">
          No auction of this market yet.
        </Text>
      ) : (
        <>
          <Figures>
            <Figure name="Volume: debt repaid">
              <Amount value={market.coveredDebtUnits} {...money} />
            </Figure>
            <Figure name="Auctions">
              {auctions.toLocaleString('en')} opened, {covered.toLocaleString('en')} covered whole
            </Figure>
            <Figure name="Coverage of those that have ended">
              {coverageBps === null ? 'none has ended' : percent(coverageBps)}
            </Figure>
            <Figure name="Median time to repay">
              {timeToRepay === null ? '–' : durationWords(timeToRepay.medianSec)}
            </Figure>
            <Figure name="Nine of ten within">{timeToRepay === null ? '–' : durationWords(timeToRepay.p90Sec)}</Figure>
            <Figure name="The slowest">{timeToRepay === null ? '–' : durationWords(timeToRepay.maxSec)}</Figure>
          </Figures>
          <PenaltyBars market={market} {...money} />
        </>
      )}
    </Section>
  );
}
