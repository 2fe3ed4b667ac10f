import { clear } from '@ala/shared/clear';
import type { ClearInput } from '@ala/shared/clearInput';
import { clearReference } from '@ala/shared/clear.reference';
import { toSpokeId, toTier } from '@ala/shared/ids';
import { atMost, median, type Figure } from './figures.js';

const SPOKES = 32;
const TIERS = 64;
const RUNS = 200;
const REFERENCE_RUNS = 5;
const WARM_UP = 50;
const UNIT = 1n;

/** The clearing alone: it sees pools, so the number of bids behind them is of no account. */
export function benchClear(): Promise<Figure[]> {
  const note = `${SPOKES * TIERS} pools, ${RUNS} runs, median; the peer is the reference written for the property tests`;
  const common = { unit: 'ms', peerName: 'reference', note };
  return Promise.resolve([
    { ...common, what: 'clear', ...compare(bookOf(0)), target: atMost(2) },
    { ...common, what: 'clear, 30 legs left out', ...compare(bookOf(30)), target: atMost(10) },
  ]);
}

function compare(input: ClearInput): { ala: number; peer: number } {
  return { ala: timeOf(() => clear(input), RUNS), peer: timeOf(() => clearReference(input), REFERENCE_RUNS) };
}

function timeOf(work: () => unknown, runs: number): number {
  for (let run = 0; run < Math.min(runs, WARM_UP); run++) work();
  const times = Array.from({ length: runs }, () => {
    const startedAtMs = performance.now();
    work();
    return performance.now() - startedAtMs;
  });
  return median(times);
}

/** A book of which two tiers fill; `small` spokes have so little that their legs are below the minimum, one after the other. */
function bookOf(small: number): ClearInput {
  const whole = 1_000_000_000n;
  const pools = Array.from({ length: SPOKES * TIERS }, (_, index) => {
    const spoke = Math.floor(index / TIERS) + 1;
    const available = spoke <= small ? BigInt(1_000 + spoke) : whole + BigInt(index);
    return { spoke: toSpokeId(spoke), tier: toTier(index % TIERS), available };
  });
  const large = BigInt(SPOKES - small);
  return {
    auction: {
      debtLeft: large * whole + (large * whole) / 2n,
      collateralLeft: 10n ** 30n,
      priceE36: 2_000n * 10n ** 24n,
      operatorFeeBps: 10,
      unit: UNIT,
      minLeg: small === 0 ? 1n : 50_000_000n,
    },
    ladder: { tierStepBps: 50, tierCount: TIERS },
    pools,
  };
}
