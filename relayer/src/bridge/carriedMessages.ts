import { and, asc, desc, eq, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { BridgeName } from '@ala/shared/deployment';
import { toHash, type Hash } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { blocks, messages } from '../db/chainTables.js';
import { outbox, outboxStates } from '../db/ownTables.js';
import { liveStates, type OutboxState } from '../dispatch/outboxState.js';
import { messageName } from './messages.js';
import type { MessageName } from '../dispatch/intent.js';

/** `local`: delivered by the transaction that sent it. `uncarried`: it goes to a spoke that this node's deployment does not list. */
export const messageStates = [...outboxStates, 'local', 'uncarried'] as const;
export type MessageState = (typeof messageStates)[number];

/** The outbox row that carries a message, on the lane of its destination. */
export interface CarryingRow {
  readonly id: number;
  readonly key: string;
  readonly chainId: number;
  readonly state: OutboxState;
  /** Refusals and failures so far. */
  readonly attempts: number;
  /** When a lane takes it up again, if it has not ended. */
  readonly runAt: Date;
  /** What it waits for, or why it failed the last time. */
  readonly lastError: string | null;
  readonly updatedAt: Date;
}

/** A message that a port of ours sent, and how far it is. Amounts in units of `token` on the source chain. */
export interface CarriedMessage {
  readonly messageId: Hash;
  readonly bridge: BridgeName;
  readonly name: MessageName;
  readonly srcChainId: number;
  readonly srcPeer: number;
  readonly dstPeer: number;
  readonly token: string;
  readonly amount: bigint;
  readonly payload: string;
  readonly blockNumber: number;
  readonly txHash: Hash;
  readonly state: MessageState;
  /** Since it was sent, by the clock that says it is older: the source chain's, or the database's when it was read. */
  readonly ageSec: number;
  readonly row: CarryingRow | null;
}

export interface MessageFilter {
  readonly messageId?: Hash;
  readonly state?: MessageState;
  /** Only what has not ended and is older. */
  readonly stuckForSec?: number;
  readonly limit: number;
}

/** Messages that pass the filter, the oldest first where they are stuck, else the newest first. */
export async function readCarriedMessages(db: DbOrTx, filter: MessageFilter): Promise<CarriedMessage[]> {
  const age = sql<string>`extract(epoch from now() - least(${outbox.createdAt}, to_timestamp(${blocks.timestampSec})))`;
  const rows = await db
    .select({ message: messages, row: outbox, ageSec: age })
    .from(messages)
    .leftJoin(
      outbox,
      and(
        eq(outbox.kind, 'carry'),
        sql`${outbox.payload} ->> 'messageId' = '0x' || encode(${messages.messageId}, 'hex')`,
      ),
    )
    .leftJoin(blocks, and(eq(blocks.chainId, messages.chainId), eq(blocks.number, messages.blockNumber)))
    .where(and(...conditions(filter, age)))
    .orderBy(filter.stuckForSec === undefined ? asc(age) : desc(age))
    .limit(filter.limit);
  return rows.map(({ message, row, ageSec }) => ({
    messageId: toHash(message.messageId),
    bridge: message.bridge,
    name: messageName(message.payload),
    srcChainId: message.chainId,
    srcPeer: message.srcPeer,
    dstPeer: message.dstPeer,
    token: message.token,
    amount: message.amount,
    payload: message.payload,
    blockNumber: message.blockNumber,
    txHash: toHash(message.txHash),
    state: row?.state ?? (message.bridge === 'local' ? 'local' : 'uncarried'),
    ageSec: Math.max(0, Math.floor(Number(ageSec))),
    row: row === null ? null : carryingRow(row),
  }));
}

function carryingRow({ id, key, chainId, state, attempts, runAt, lastError, updatedAt }: typeof outbox.$inferSelect) {
  return { id, key, chainId, state, attempts, runAt, lastError, updatedAt };
}

function conditions({ messageId, state, stuckForSec }: MessageFilter, age: SQL): SQL[] {
  const found: (SQL | undefined)[] = [];
  const rowless = sql`${outbox.id} is null`;
  if (messageId !== undefined) found.push(eq(messages.messageId, messageId));
  if (state === 'local') found.push(eq(messages.bridge, 'local'));
  else if (state === 'uncarried') found.push(and(rowless, sql`${messages.bridge} <> 'local'`));
  else if (state !== undefined) found.push(eq(outbox.state, state));
  if (stuckForSec !== undefined) {
    const unended = or(inArray(outbox.state, [...liveStates]), and(rowless, sql`${messages.bridge} <> 'local'`));
    found.push(unended, sql`${age} > ${stuckForSec}`);
  }
  return found.flatMap((condition) => condition ?? []);
}
