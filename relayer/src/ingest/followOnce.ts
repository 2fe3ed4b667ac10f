import type { Logger } from 'pino';
import type { Deployment } from '@ala/shared/deployment';
import type { Chain } from '../chain/chain.js';
import type { ChainReader, NewBlocks } from '../chain/chainReader.js';
import type { BlockId } from '../chain/header.js';
import type { Db } from '../db/client.js';
import { applyBlocks, undoBlocks, type Cause } from './apply.js';
import { readCursor, readFinalBlockId, readStoredHeaders } from './cursor.js';
import { decodeLogs, emittersOn } from './events.js';

export interface StepArgs {
  readonly chain: Chain;
  readonly reader: ChainReader;
  readonly deployment: Deployment;
  readonly db: Db;
  readonly log: Logger;
  readonly cause: Cause;
  /** Told of the keys of what blocks have caused, after it is durable. */
  readonly onWritten: (keys: readonly string[]) => void | Promise<void>;
}

/**
 * `idle`: there was nothing new. `atHead`: with these blocks the database holds all that the chain had. `behind`: there is more to read.
 * `lagging`: the node is behind what is stored.
 */
export type FollowOutcome = 'idle' | 'atHead' | 'behind' | 'reorg' | 'lagging';

/** A fork deeper than this is found by reading again from its end. */
const HEADERS_FOR_FORK = 64;

/** One step: new blocks, an undone fork, or nothing new. */
export async function followOnce(args: StepArgs): Promise<FollowOutcome> {
  const { chain, reader, db, log } = args;
  const { chainId } = chain;
  const [nextBlock, stored, final] = await Promise.all([
    readCursor(db, chainId, chain.deployment.startBlock),
    readStoredHeaders(db, chainId, HEADERS_FOR_FORK),
    readFinalBlockId(db, chainId),
  ]);
  const update = await reader.read({ nextBlock, stored, final });
  switch (update.type) {
    case 'idle':
    case 'lagging':
      return update.type;
    case 'reorg':
      log.warn({ chain: chain.name, keep: update.keep, newest: stored[0]?.number }, 'chain reorganised');
      await undoBlocks(db, chainId, update.keep);
      return 'reorg';
    case 'blocks': {
      const isHead = update.headers.at(-1)?.number === update.head;
      if (!isHead) reader.readAhead(update);
      await write(args, update);
      return isHead ? 'atHead' : 'behind';
    }
  }
}

/**
 * The step that a told-of block is nearly always: it follows the newest stored one and is the head. Null if there is more to be seen, and
 * nothing was done: `followOnce` sees it.
 */
export async function followAnnounced(args: StepArgs, announced: BlockId): Promise<'atHead' | null> {
  const update = await args.reader.readAnnounced(announced);
  if (update === null) return null;
  await write(args, update);
  return 'atHead';
}

async function write({ chain, reader, deployment, db, cause, onWritten }: StepArgs, update: NewBlocks): Promise<void> {
  const { chainId } = chain;
  const events = decodeLogs(chainId, emittersOn(deployment, chain.name), update.logs);
  const keys = await applyBlocks(db, chainId, update.headers, events, cause, update.finalBlock);
  reader.stored(update);
  await onWritten(keys);
}
