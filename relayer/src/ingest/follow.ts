import { endpointsOf } from '../chain/chain.js';
import { ChainReader, INCONSISTENT_IN_A_ROW } from '../chain/chainReader.js';
import type { Finality } from '../chain/finality.js';
import type { BlockId } from '../chain/header.js';
import { watchHeads } from '../chain/newHeads.js';
import { ChainHaltedError, describeError, InconsistentReadError } from '../lib/errors.js';
import { backoffMs, pause } from '../lib/retry.js';
import { Wake } from '../lib/wake.js';
import { emittersOn } from './events.js';
import { followAnnounced, followOnce, type FollowOutcome, type StepArgs } from './followOnce.js';

export interface FollowArgs extends Omit<StepArgs, 'reader'> {
  readonly finality: Finality;
  /** The operator lets blocks above this one be undone though they were final when reading began; null: none. */
  readonly acceptReorgTo: number | null;
  /** Where new heads are told of, so that they need not wait for the next poll. */
  readonly wsUrl?: string | undefined;
  readonly pollIntervalMs: number;
  readonly signal: AbortSignal;
  /** Told of what each step came to, and in words why the chain is not at its head. */
  readonly onStep: (outcome: FollowOutcome | 'failed' | 'halted', why?: string) => void;
}

/** Keeps the database at the head of one chain until the signal is aborted. What fails is retried, and said once. */
export async function followChain(args: FollowArgs): Promise<void> {
  const { chain, signal, wsUrl } = args;
  const heads: Heads = { wake: new Wake(), announced: null };
  const onHead = (announced: BlockId | null) => {
    heads.announced = announced;
    heads.wake.notify();
  };
  const watching = wsUrl === undefined ? null : watchHeads({ url: wsUrl, chainId: chain.chainId, signal, onHead });
  await Promise.all([followUntilAborted(args, heads), watching]);
}

/** What was told of the chain's head and not looked at yet. */
interface Heads {
  readonly wake: Wake;
  announced: BlockId | null;
}

async function followUntilAborted(args: FollowArgs, heads: Heads): Promise<void> {
  const { chain, deployment, log, signal, pollIntervalMs, finality, acceptReorgTo } = args;
  const addresses = [...emittersOn(deployment, chain.name).keys()];
  const reader = new ChainReader({ chain, addresses, finality, acceptReorgTo });
  let failures = 0;
  let warned = false;
  let saidWhy: string | null = null;
  const faulty = new Set<string>();
  while (!signal.aborted) {
    try {
      const { announced } = heads;
      heads.announced = null;
      const told = announced === null ? null : await followAnnounced({ ...args, reader }, announced);
      const outcome = told ?? (await followOnce({ ...args, reader }));
      args.onStep(outcome, whyNotAtHead(outcome, reader));
      if (failures > 0) log.info({ chain: chain.name }, 'chain is answering again');
      failures = 0;
      warned = false;
      saidWhy = null;
      // Who tells of one block tells of the next.
      if (told !== null || outcome === 'idle' || outcome === 'lagging') await heads.wake.wait(pollIntervalMs, signal);
    } catch (error) {
      failures += 1;
      const halted = error instanceof ChainHaltedError;
      const cause = describeError(error);
      args.onStep(halted ? 'halted' : 'failed', cause);
      const where = { chain: chain.name, rpc: endpointsOf(chain) };
      if (halted && saidWhy !== error.message) {
        saidWhy = error.message;
        log.error({ ...where, cause }, 'chain is halted: nothing of it is read, decided or sent');
      } else if (
        !halted &&
        !warned &&
        (failures > INCONSISTENT_IN_A_ROW || !(error instanceof InconsistentReadError))
      ) {
        warned = true;
        log.warn({ ...where, cause }, 'cannot read chain or database, retrying');
      }
      await pause(backoffMs({ firstMs: 100, maxMs: 5_000 }, failures), signal);
    }
    if (chain.endpoints.length > 1) tellOfEndpoints(args, faulty);
  }
}

/** Where others answer, nothing else would say that an endpoint does not: once, and once when it is back. */
function tellOfEndpoints({ chain, log }: FollowArgs, faulty: Set<string>): void {
  for (const { where, problem } of chain.endpoints) {
    if (problem === null && faulty.delete(where))
      log.info({ chain: chain.name, rpc: where }, 'endpoint is answering again');
    if (problem === null || faulty.has(where)) continue;
    faulty.add(where);
    log.warn({ chain: chain.name, rpc: where, cause: problem }, 'endpoint fails, the others are asked');
  }
}

function whyNotAtHead(outcome: FollowOutcome, { position }: ChainReader): string {
  if (outcome === 'lagging') return 'its RPC is behind what is stored';
  return position === null ? '' : `history: block ${position.block} of ${position.head}`;
}
