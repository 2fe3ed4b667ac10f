import { endpointsOf } from '../chain/chain.js';
import { ChainReader } from '../chain/chainReader.js';
import type { Finality } from '../chain/finality.js';
import { ChainHaltedError, describeError, InconsistentReadError } from '../lib/errors.js';
import { backoffMs, pause } from '../lib/retry.js';
import { emittersOn } from './events.js';
import { followOnce, type FollowOutcome, type StepArgs } from './followOnce.js';

export interface FollowArgs extends Omit<StepArgs, 'reader'> {
  readonly finality: Finality;
  /** The operator lets blocks above this one be undone though they were final; null: none. */
  readonly acceptReorgTo: number | null;
  readonly pollIntervalMs: number;
  readonly signal: AbortSignal;
  /** Told of what each step came to. */
  readonly onStep: (outcome: FollowOutcome | 'failed' | 'halted', problem?: string) => void;
}

/** Keeps the database at the head of one chain until the signal is aborted. What fails is retried, and said once. */
export async function followChain(args: FollowArgs): Promise<void> {
  const { chain, deployment, log, signal, pollIntervalMs, finality, acceptReorgTo } = args;
  const addresses = [...emittersOn(deployment, chain.name).keys()];
  const reader = new ChainReader({ chain, addresses, finality, acceptReorgTo });
  let failures = 0;
  let saidWhy: string | null = null;
  while (!signal.aborted) {
    try {
      const outcome = await followOnce({ ...args, reader });
      args.onStep(outcome);
      if (failures > 0) log.info({ chain: chain.name }, 'chain is answering again');
      failures = 0;
      saidWhy = null;
      if (outcome === 'idle' || outcome === 'lagging') await pause(pollIntervalMs, signal);
    } catch (error) {
      failures += 1;
      const halted = error instanceof ChainHaltedError;
      const cause = describeError(error);
      args.onStep(halted ? 'halted' : 'failed', cause);
      const where = { chain: chain.name, rpc: endpointsOf(chain) };
      if (halted && saidWhy !== error.message) {
        saidWhy = error.message;
        log.error({ ...where, cause }, 'chain is halted: nothing of it is read, decided or sent');
      } else if (failures === 1 && !(error instanceof InconsistentReadError)) {
        log.warn({ ...where, cause }, 'cannot read chain or database, retrying');
      }
      await pause(backoffMs({ firstMs: 100, maxMs: 5_000 }, failures), signal);
    }
  }
}
