import { z } from 'zod';
import { addressText, count, hashText, seconds } from './scalars.js';

/*
 * What `/v1/events` streams, as server-sent events: the event's name is `type`, its data the JSON below. They say what has moved, not what
 * it is now: ask for that. With `Last-Event-ID` a client gets what it missed, or `reset` where the node does not know any more.
 */

/** Everything may have changed: ask for all of it again. */
const reset = z.object({ type: z.literal('reset') });

/** The node has read on, or a chain is behind or no longer is. */
const chainMoved = z.object({
  type: z.literal('chain'),
  chain: z.string(),
  blockNumber: count,
  timestampSec: seconds,
  behind: z.boolean(),
});

/** The chain has replaced blocks: what was told of it above `keptBlock` is void. */
const reorg = z.object({ type: z.literal('reorg'), chain: z.string(), keptBlock: count });

/** An event of ALA's contracts, as it was read. */
const log = z.object({
  type: z.literal('log'),
  chain: z.string(),
  blockNumber: count,
  logIndex: count,
  txHash: hashText,
  contract: addressText,
  name: z.string(),
  args: z.record(z.string(), z.unknown()),
});

/** A basket's book is another one. */
const bookMoved = z.object({ type: z.literal('book'), basket: count });

/** Rows of the outbox have changed: messages, transactions, lanes. */
const effectsMoved = z.object({ type: z.literal('effects') });

export const streamEvent = z.discriminatedUnion('type', [reset, chainMoved, reorg, log, bookMoved, effectsMoved]);

export type StreamEvent = z.infer<typeof streamEvent>;
