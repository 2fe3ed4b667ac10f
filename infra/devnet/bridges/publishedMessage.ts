import { Interface, zeroPadValue, type Log } from 'ethers';
import { eventTopic, readEvent } from '../chain/events.js';
import type { VaaBody } from './vaa.js';

export const CORE_EVENTS = new Interface([
  'event LogMessagePublished(address indexed sender, uint64 sequence, uint32 nonce, bytes payload, uint8 consistencyLevel)',
]);

export const LOG_MESSAGE_PUBLISHED = eventTopic(CORE_EVENTS, 'LogMessagePublished');

/** The message that a core contract published in `log`, as a guardian signs it. */
export function publishedMessage(
  log: Pick<Log, 'topics' | 'data'>,
  emitterChain: number,
  timestampSec: number,
): VaaBody {
  const { args } = readEvent(CORE_EVENTS, log);
  return {
    timestampSec,
    nonce: Number(args.nonce),
    emitterChain,
    emitter: zeroPadValue(args.sender as string, 32).toLowerCase(),
    sequence: args.sequence as bigint,
    consistencyLevel: Number(args.consistencyLevel),
    payload: args.payload as string,
  };
}
