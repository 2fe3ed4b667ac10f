import { endpointsOf } from '../chain/chain.js';
import { ChainReader } from '../chain/chainReader.js';
import { describeError, InconsistentReadError } from '../lib/errors.js';
import { backoffMs, pause } from '../lib/retry.js';
import { emittersOn } from './events.js';
import { followOnce, type FollowOutcome, type StepArgs } from './followOnce.js';

export interface FollowArgs extends Omit<StepArgs, 'reader'> {
  readonly pollIntervalMs: number;
  readonly signal: AbortSignal;
  /** Told of what each step came to. */
  readonly onStep: (outcome: FollowOutcome | 'failed', problem?: string) => void;
}

/** Keeps the database at the head of one chain until the signal is aborted. What fails is retried, and said once. */
export async function followChain(args: FollowArgs): Promise<void> {
  const { chain, deployment, log, signal, pollIntervalMs } = args;
  const reader = new ChainReader(chain, [...emittersOn(deployment, chain.name).keys()]);
  let failures = 0;
  while (!signal.aborted) {
    try {
      const outcome = await followOnce({ ...args, reader });
      args.onStep(outcome);
      if (failures > 0) log.info({ chain: chain.name }, 'chain is answering again');
      failures = 0;
      if (outcome === 'idle') await pause(pollIntervalMs, signal);
    } catch (error) {
      failures += 1;
      const problem = describeError(error);
      args.onStep('failed', problem);
      if (failures === 1 && !(error instanceof InconsistentReadError)) {
        log.warn(
          { chain: chain.name, rpc: endpointsOf(chain), cause: problem },
          'cannot read chain or database, retrying',
        );
      }
      await pause(backoffMs({ firstMs: 100, maxMs: 5_000 }, failures), signal);
    }
  }
}
