import { and, eq, inArray } from 'drizzle-orm';
import type { MessageAnswer } from '@ala/shared/api/messages';
import type { Deployment } from '@ala/shared/deployment';
import { toHash } from '@ala/shared/ids';
import { messageName } from '../../bridge/messages.js';
import { readCarriedMessages } from '../../bridge/carriedMessages.js';
import type { DbOrTx } from '../../db/client.js';
import { blocks, messages } from '../../db/chainTables.js';
import { outbox } from '../../db/ownTables.js';
import { intentKey } from '../../dispatch/intent.js';
import { liveStates, type OutboxState } from '../../dispatch/outboxState.js';
import { chainNameOf } from '../context.js';

/** Messages with these ids, in the order in which their chains sent them; unknown ids are left out. */
export async function readMessages(
  db: DbOrTx,
  deployment: Deployment,
  messageIds: readonly string[],
): Promise<MessageAnswer[]> {
  if (messageIds.length === 0) return [];
  const sent = await db
    .select({ message: messages, timestampSec: blocks.timestampSec })
    .from(messages)
    .innerJoin(blocks, and(eq(blocks.chainId, messages.chainId), eq(blocks.number, messages.blockNumber)))
    .where(inArray(messages.messageId, [...messageIds]))
    .orderBy(blocks.timestampSec, messages.chainId, messages.blockNumber, messages.logIndex);
  const keys = sent.map(({ message }) => carryKey(message));
  const rows = keys.length === 0 ? [] : await db.select().from(outbox).where(inArray(outbox.key, keys));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return sent.map(({ message, timestampSec }) => {
    const { messageId, bridge, payload, srcPeer, dstPeer, token, amount, chainId, blockNumber, txHash } = message;
    const row = byKey.get(carryKey(message));
    return {
      messageId,
      bridge,
      kind: messageName(payload),
      fromPeer: srcPeer,
      toPeer: dstPeer,
      token,
      amountTokenUnits: amount.toString(),
      sent: { chain: chainNameOf(deployment, chainId), blockNumber, txHash, timestampSec },
      state: row?.state ?? (bridge === 'local' ? 'local' : 'uncarried'),
      attempts: row?.attempts ?? 0,
      waitsFor: row === undefined || row.state === 'done' ? null : row.lastError,
      nextTrySec: row !== undefined && isLive(row.state) ? Math.floor(row.runAt.getTime() / 1_000) : null,
    };
  });
}

/** The key of the outbox row that carries a message. */
export function carryKey({ bridge, payload, messageId }: typeof messages.$inferSelect): string {
  return intentKey({ kind: 'carry', bridge, message: messageName(payload), messageId: toHash(messageId) });
}

/** Messages older than that which are not at their end, the oldest first. */
export async function readStuckMessages(
  db: DbOrTx,
  deployment: Deployment,
  stuckForSec: number,
  limit: number,
): Promise<MessageAnswer[]> {
  const stuck = await readCarriedMessages(db, { stuckForSec, limit });
  return readMessages(
    db,
    deployment,
    stuck.map(({ messageId }) => messageId),
  );
}

function isLive(state: OutboxState): boolean {
  return liveStates.some((live) => live === state);
}
