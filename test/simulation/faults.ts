import type { Random } from './random.js';

/** What a node does outside of itself; `logs` is an RPC call, too. */
export type CallKind = 'rpc' | 'logs' | 'query';

/**
 * What goes wrong with one call. `before`: it did not happen; `after`: it happened, and its answer is lost. `stale` answers as of
 * so many blocks ago, `wrong` as no chain can, `leftOut` without the logs of a block, `slow` after so many milliseconds.
 */
export type Fault =
  | { readonly type: 'crashBefore' | 'crashAfter' | 'failBefore' | 'failAfter' | 'wrong' | 'leftOut' }
  | { readonly type: 'stale'; readonly blocks: number }
  | { readonly type: 'slow'; readonly ms: number };

/** How often things go wrong in one world: some worlds are calm in one respect and wild in another. */
export interface FaultRates {
  readonly crash: number;
  readonly failure: number;
  readonly stale: number;
  readonly wrong: number;
  readonly leftOut: number;
  readonly slow: number;
}

const MOST: FaultRates = { crash: 0.01, failure: 0.04, stale: 0.04, wrong: 0.01, leftOut: 0.1, slow: 0.02 };
const MAX_STALE_BLOCKS = 3;
const MAX_SLOW_MS = 15_000;

export function drawRates(random: Random): FaultRates {
  const rate = (most: number): number => (random.chance(0.25) ? 0 : most * random.next());
  return {
    crash: rate(MOST.crash),
    failure: rate(MOST.failure),
    stale: rate(MOST.stale),
    wrong: rate(MOST.wrong),
    leftOut: rate(MOST.leftOut),
    slow: rate(MOST.slow),
  };
}

/** What goes wrong with the next call, or null. */
export function drawFault(random: Random, rates: FaultRates, kind: CallKind): Fault | null {
  if (random.chance(rates.crash)) return { type: random.chance(0.5) ? 'crashBefore' : 'crashAfter' };
  if (random.chance(rates.failure)) return { type: random.chance(0.5) ? 'failBefore' : 'failAfter' };
  if (random.chance(rates.slow)) return { type: 'slow', ms: random.between(500, MAX_SLOW_MS) };
  if (kind === 'query') return null;
  if (random.chance(rates.stale)) return { type: 'stale', blocks: random.between(1, MAX_STALE_BLOCKS) };
  if (kind === 'logs' && random.chance(rates.leftOut)) return { type: 'leftOut' };
  return random.chance(rates.wrong) ? { type: 'wrong' } : null;
}
