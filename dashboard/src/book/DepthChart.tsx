import { useElementSize } from '@mantine/hooks';
import { AxisBottom, AxisLeft, AxisRight } from '@visx/axis';
import { curveStepAfter } from '@visx/curve';
import { GridRows } from '@visx/grid';
import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar, LinePath } from '@visx/shape';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { percent, shownAmount } from '../ui/amount.js';
import { lookOf } from '../ui/chains.js';
import { ChainPattern, patternFill } from '../ui/patterns.js';
import type { DepthRow } from './depthSeries.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly rows: readonly DepthRow[];
  readonly decimals: number;
  readonly unit: string;
}

const HEIGHT = 300;
const MARGIN = { top: 8, right: 48, bottom: 28, left: 48 };
const TICKS = 5;
/** Of a label of the premium, pixels. */
const LABEL_WIDTH = 56;

/** Bars by premium, stacked by chain, and the line of all that is as cheap or cheaper. The table below it says the same. */
export function DepthChart({ network, rows, decimals, unit }: Props) {
  const { ref, width } = useElementSize();
  const chains = network.chains.filter(({ chain }) => rows.some(({ byChain }) => byChain.has(chain)));
  const inTokens = (units: bigint): number => Number(units) / 10 ** decimals;
  const [right, bottom] = [Math.max(MARGIN.left + 1, width - MARGIN.right), HEIGHT - MARGIN.bottom];
  const x = scaleBand({ domain: rows.map(({ premiumBps }) => premiumBps), range: [MARGIN.left, right], padding: 0.2 });
  const upTo = (highest: number) =>
    scaleLinear({ domain: [0, highest || 1], range: [bottom, MARGIN.top], nice: TICKS });
  const y = upTo(Math.max(...rows.map(({ standby }) => inTokens(standby))));
  const ySum = upTo(Math.max(...rows.map(({ cumulative }) => inTokens(cumulative))));
  const labelled = Math.max(1, Math.ceil(rows.length / Math.max(1, Math.floor((right - MARGIN.left) / LABEL_WIDTH))));
  const axis = {
    stroke: 'var(--mantine-color-default-border)',
    tickStroke: 'var(--mantine-color-default-border)',
    tickLabelProps: { fill: 'var(--mantine-color-dimmed)', fontSize: 11 },
  };
  return (
    <div ref={ref} style={{ height: HEIGHT }}>
      <svg width={width} height={HEIGHT}>
        <defs>
          {chains.map(({ chain }) => (
            <ChainPattern key={chain} chain={chain} look={lookOf(network, chain)} />
          ))}
        </defs>
        <GridRows
          scale={y}
          left={MARGIN.left}
          width={right - MARGIN.left}
          numTicks={TICKS}
          stroke="var(--mantine-color-default-border)"
          strokeOpacity={0.6}
        />
        {rows.map((row) => (
          <g key={row.tier}>
            <title>{`${percent(row.premiumBps)}: ${shownAmount(row.standby, decimals)} ${unit}, up to here ${shownAmount(row.cumulative, decimals)}`}</title>
            {stackOf(
              row,
              chains.map(({ chain }) => chain),
            ).map(({ chain, from, to }) => (
              <Bar
                key={chain}
                x={x(row.premiumBps) ?? 0}
                y={y(inTokens(to))}
                width={x.bandwidth()}
                height={y(inTokens(from)) - y(inTokens(to))}
                fill={patternFill(chain, lookOf(network, chain))}
              />
            ))}
            <Bar
              x={(x(row.premiumBps) ?? 0) - (x.step() - x.bandwidth()) / 2}
              y={MARGIN.top}
              width={x.step()}
              height={bottom - MARGIN.top}
              fill="transparent"
            />
          </g>
        ))}
        <LinePath
          data={cumulativeSteps(rows)}
          x={({ at }) => MARGIN.left + (at / rows.length) * (right - MARGIN.left)}
          y={({ cumulative }) => ySum(inTokens(cumulative))}
          curve={curveStepAfter}
          stroke="var(--mantine-color-text)"
          strokeWidth={2}
          pointerEvents="none"
        />
        <AxisBottom
          top={bottom}
          scale={x}
          tickValues={rows.filter((_, at) => at % labelled === 0).map(({ premiumBps }) => premiumBps)}
          tickFormat={(bps) => percent(bps)}
          {...axis}
          tickLabelProps={{ ...axis.tickLabelProps, textAnchor: 'middle' }}
        />
        <AxisLeft left={MARGIN.left} scale={y} numTicks={TICKS} tickFormat={compact} {...axis} />
        <AxisRight left={right} scale={ySum} numTicks={TICKS} tickFormat={compact} {...axis} />
      </svg>
    </div>
  );
}

/** Where the part of each chain begins and ends, one on the other. */
function stackOf({ byChain }: DepthRow, chains: readonly string[]) {
  let below = 0n;
  return chains.map((chain) => {
    const from = below;
    below += byChain.get(chain) ?? 0n;
    return { chain, from, to: below };
  });
}

/** The line's corners: each tier's sum begins at its left edge, and the last one goes on to the right edge. */
function cumulativeSteps(rows: readonly DepthRow[]) {
  const corners = rows.map(({ cumulative }, at) => ({ at, cumulative }));
  return [...corners, { at: rows.length, cumulative: rows.at(-1)?.cumulative ?? 0n }];
}

const compact = (value: number | { valueOf(): number }): string =>
  Number(value).toLocaleString('en', { notation: 'compact' });
