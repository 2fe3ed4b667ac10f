import { Text } from '@mantine/core';
import type { MarketStatistics } from '@ala/shared/api/statistics';
import { Amount } from '../ui/Amount.js';
import { percent } from '../ui/amount.js';
import { againstPenalty } from './againstPenalty.js';
import classes from './PenaltyBars.module.css';

interface Props {
  readonly market: MarketStatistics;
  readonly decimals: number;
  readonly unit: string;
}

/** What auctions have cost borrowers on average, beside the penalty that the lending protocol would have taken. */
export function PenaltyBars({ market, decimals, unit }: Props) {
  const { averagePremiumBps, fixedPenaltyBps, operatorFeeBps } = market;
  const compared = againstPenalty(market);
  if (compared === null) {
    return (
      <Text size="sm" mt="sm">
        {averagePremiumBps === null ? 'Nothing was covered yet' : `Average premium ${percent(averagePremiumBps)}`}.{' '}
        {fixedPenaltyBps === null && "The lending protocol's own penalty is not named to this node."}
      </Text>
    );
  }
  const { costBps, penaltyBps, savedBps, savedDebtUnits } = compared;
  const most = Math.max(costBps, penaltyBps, 1);
  const fee = operatorFeeBps === null ? '' : ` and ${percent(operatorFeeBps)} for operators`;
  return (
    <>
      <dl className={classes['bars']}>
        <Bar
          name={`Auctions: average premium${fee}`}
          bps={costBps}
          most={most}
          colour="var(--mantine-primary-color-filled)"
        />
        <Bar name="The protocol's fixed penalty" bps={penaltyBps} most={most} colour="var(--mantine-color-dimmed)" />
      </dl>
      <Text size="sm" mt="xs">
        Borrowers have {savedBps < 0 ? 'lost' : 'kept'}{' '}
        <b>
          <Amount value={savedDebtUnits < 0n ? -savedDebtUnits : savedDebtUnits} decimals={decimals} unit={unit} />
        </b>{' '}
        {savedBps < 0 ? 'more than' : 'that'} the fixed penalty would have taken.
      </Text>
    </>
  );
}

interface BarProps {
  readonly name: string;
  readonly bps: number;
  readonly most: number;
  readonly colour: string;
}

function Bar({ name, bps, most, colour }: BarProps) {
  return (
    <div className={classes['bar']}>
      <dt>{name}</dt>
      <dd>
        <span aria-hidden className={classes['fill']} style={{ width: `${(bps / most) * 100}%`, background: colour }} />
        <b>{percent(bps)}</b>
      </dd>
    </div>
  );
}
