import type { Hash } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { moveRow } from '../dispatch/outbox.js';
import { canMove } from '../dispatch/outboxState.js';
import { readCarriedMessages, type CarriedMessage, type MessageState } from './carriedMessages.js';

export type Retry =
  | { readonly retried: true; readonly from: MessageState; readonly message: CarriedMessage }
  | { readonly retried: false; readonly reason: string };

/** Pure: why a message in this state is not to be taken up now; null if it is. */
export function retryRefusal(state: MessageState): string | null {
  switch (state) {
    case 'pending':
    case 'obsolete':
      return null;
    case 'signed':
    case 'broadcast':
    case 'mined':
      return `a transaction for it is under way (${state}): the lane of its destination sees to that one first`;
    case 'done':
      return 'its destination has shown it delivered; a reorg there makes it due again by itself';
    case 'local':
      return 'the transaction that sent it has delivered it: it stays on its chain';
    case 'uncarried':
      return 'it goes to a spoke that the deployment file does not list: add the spoke, or leave it to a node that knows it';
  }
}

/**
 * Makes the row of a message due now. Nothing is sent here: its lane asks the chain first, as always.
 * @throws AlaError if a lane has taken the row up in this very moment.
 */
export async function retryMessage(db: DbOrTx, messageId: Hash): Promise<Retry> {
  const [message] = await readCarriedMessages(db, { messageId, limit: 1 });
  if (message === undefined) {
    return { retried: false, reason: 'no port of ours has sent it, or its source chain is not read that far yet' };
  }
  const { state, row } = message;
  const reason = retryRefusal(state);
  if (reason !== null) return { retried: false, reason };
  if (row === null || !canMove(row.state, 'pending')) return { retried: false, reason: `it is ${state}` };
  await moveRow(db, row, { to: 'pending', runInMs: 0, seenIn: null });
  return { retried: true, from: state, message };
}
