import type { Logger } from 'pino';
import type { Deployment } from '@ala/shared/deployment';
import { checkChainId, type Chain } from '../chain/chain.js';
import { readChain } from '../chain/readChain.js';
import type { Db } from '../db/client.js';
import { endpointOf } from '../lib/endpoint.js';
import { describeError, InconsistentReadError } from '../lib/errors.js';
import { backoffMs, pause } from '../lib/retry.js';
import { applyBlocks, undoBlocks, type Cause } from './apply.js';
import { readCursor, readStoredHeaders } from './cursor.js';
import { decodeLogs, emittersOn } from './events.js';

export interface FollowArgs {
  readonly chain: Chain;
  readonly deployment: Deployment;
  readonly db: Db;
  readonly log: Logger;
  readonly pollIntervalMs: number;
  readonly signal: AbortSignal;
  readonly cause: Cause;
  /** Told of the keys of what blocks have caused, after it is durable. */
  readonly onWritten: (keys: readonly string[]) => void | Promise<void>;
  /** Told of what each step came to. */
  readonly onStep: (outcome: FollowOutcome, problem?: string) => void;
}

/** What one step needs. */
export type FollowOnceArgs = Pick<FollowArgs, 'chain' | 'deployment' | 'db' | 'log' | 'cause' | 'onWritten'>;

/**
 * `idle`: there was nothing new. `atHead`: with these blocks the database holds all that the chain had. `behind`: there is more to read.
 */
export type FollowOutcome = 'idle' | 'atHead' | 'behind' | 'reorg' | 'failed';

const MAX_BLOCKS_A_READ = 500;
/** A fork deeper than this is found by reading again from its end. */
const HEADERS_FOR_FORK = 64;

/** Keeps the database at the head of one chain until the signal is aborted. What fails is retried, and said once. */
export async function followChain(args: FollowArgs): Promise<void> {
  const { chain, log, signal, pollIntervalMs } = args;
  let failures = 0;
  let rightChain = false;
  while (!signal.aborted) {
    try {
      // After a failure anew: what answers then may be another node.
      if (!rightChain) await checkChainId(chain);
      rightChain = true;
      const outcome = await followOnce(args);
      args.onStep(outcome);
      if (failures > 0) log.info({ chain: chain.name }, 'chain is answering again');
      failures = 0;
      if (outcome === 'idle') await pause(pollIntervalMs, signal);
    } catch (error) {
      failures += 1;
      rightChain = false;
      const problem = describeError(error);
      args.onStep('failed', problem);
      if (failures === 1 && !(error instanceof InconsistentReadError)) {
        const rpc = endpointOf(chain.deployment.rpcUrl);
        log.warn({ chain: chain.name, rpc, cause: problem }, 'cannot read chain or database, retrying');
      }
      await pause(backoffMs({ firstMs: 100, maxMs: 5_000 }, failures), signal);
    }
  }
}

/** One step: new blocks, an undone fork, or nothing new. */
export async function followOnce(args: FollowOnceArgs): Promise<FollowOutcome> {
  const { chain, deployment, db, log, cause, onWritten } = args;
  const { chainId } = chain;
  const emitters = emittersOn(deployment, chain.name);
  const [nextBlock, stored] = await Promise.all([
    readCursor(db, chainId, chain.deployment.startBlock),
    readStoredHeaders(db, chainId, HEADERS_FOR_FORK),
  ]);
  const update = await readChain({
    provider: chain.provider,
    addresses: [...emitters.keys()],
    nextBlock,
    stored,
    maxBlocks: MAX_BLOCKS_A_READ,
  });
  switch (update.type) {
    case 'idle':
      return 'idle';
    case 'reorg':
      log.warn({ chain: chain.name, keep: update.keep, newest: stored[0]?.number }, 'chain reorganised');
      await undoBlocks(db, chainId, update.keep);
      return 'reorg';
    case 'blocks':
      await onWritten(
        await applyBlocks(db, chainId, update.headers, decodeLogs(chainId, emitters, update.logs), cause),
      );
      return update.headers.length < MAX_BLOCKS_A_READ ? 'atHead' : 'behind';
  }
}
