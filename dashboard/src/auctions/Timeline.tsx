import { Paper, Text } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { Amount } from '../ui/Amount.js';
import { ChainName, lookOf } from '../ui/chains.js';
import { shortHex } from '../ui/hex.js';
import { durationWords, exactTime } from '../ui/time.js';
import { lanesOf, type Step } from './steps.js';
import classes from './Timeline.module.css';

/** How amounts of an auction are shown. */
export interface Units {
  readonly debt: { readonly decimals: number; readonly unit: string };
  readonly collateral: { readonly decimals: number; readonly unit: string };
}

interface Props {
  readonly network: NetworkAnswer;
  readonly steps: readonly Step[];
  readonly units: Units;
}

/** On a wide page a table, one lane a chain and time from left to right; on a phone a list from top to bottom. */
export function Timeline({ network, steps, units }: Props) {
  return (
    <>
      <div className={classes['wide']} role="region" aria-label="Timeline by chain" tabIndex={0}>
        <LaneTable network={network} steps={steps} units={units} />
      </div>
      <ol className={classes['narrow']}>
        {steps.map((step) => (
          <li key={step.key}>
            <Text size="xs" c="dimmed">
              +{durationWords(step.elapsedSec)} · <ChainName network={network} chain={step.chain} />
            </Text>
            <StepCard network={network} step={step} units={units} />
          </li>
        ))}
      </ol>
    </>
  );
}

function LaneTable({ network, steps, units }: Props) {
  const { elapsedSec, lanes } = lanesOf(
    steps,
    network.chains.map(({ chain }) => chain),
  );
  return (
    <table className={classes['lanes']}>
      <thead>
        <tr>
          <th scope="col">Chain</th>
          {elapsedSec.map((sec) => (
            <th key={sec} scope="col">
              +{durationWords(sec)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lanes.map(({ chain, cells }) => (
          <tr key={chain}>
            <th scope="row">
              <ChainName network={network} chain={chain} />
            </th>
            {cells.map((inCell, at) => (
              <td key={elapsedSec[at]}>
                {inCell.map((step) => (
                  <StepCard key={step.key} network={network} step={step} units={units} />
                ))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function StepCard({ network, step, units }: Omit<Props, 'steps'> & { readonly step: Step }) {
  const shown = step.amount && units[step.amount.of];
  return (
    <Paper
      withBorder
      px="xs"
      py={6}
      className={classes['step']}
      style={{ borderInlineStartColor: lookOf(network, step.chain).colour }}
    >
      <Text size="sm" title={`${step.event}, ${exactTime(step.timestampSec)}`}>
        {step.words}
        {step.spoke !== null && ` · spoke ${step.spoke}`}
        {step.times > 1 && ` · ${step.times} pools`}
      </Text>
      <Text size="xs" c="dimmed">
        {step.amount && shown && (
          <>
            <Amount value={step.amount.units} {...shown} digits={step.amount.of === 'debt' ? 2 : 6} /> ·{' '}
          </>
        )}
        <a href={`#${anchorOf(step.txHash)}`}>{shortHex(step.txHash)}</a>
      </Text>
    </Paper>
  );
}

/** Of the transaction's row further down the page. */
export const anchorOf = (txHash: string): string => `tx-${txHash}`;
