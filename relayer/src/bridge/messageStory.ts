import { asc, eq, inArray } from 'drizzle-orm';
import { decodeMessage, KIND_CAPITAL_DELIVERED } from '@ala/shared/messageCodec';
import { toAuctionId, toHash, toLegId, type AuctionId, type Hash, type LegId } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { legs, rawEvents } from '../db/chainTables.js';
import { isLogOf } from '../db/isLogOf.js';
import { txAttempts } from '../db/ownTables.js';
import { readCarriedMessages, type CarriedMessage } from './carriedMessages.js';

/** What a message says of one leg; the amount in hub units of the token. */
export interface LegPart {
  readonly legId: LegId;
  readonly amount: bigint;
}

/** Something that happened to a leg of the message, on any chain. */
export interface LegStep {
  readonly legId: LegId;
  readonly kind: string;
  readonly chainId: number;
  readonly blockNumber: number;
  readonly txHash: Hash;
}

/** A transaction that was signed to carry the message, on its destination. */
export interface CarryingTransaction {
  readonly chainId: number;
  readonly hash: Hash;
  readonly nonce: number;
  /** `open`: its fate is not known. `dropped`: another one took its nonce. */
  readonly fate: 'open' | 'succeeded' | 'reverted' | 'dropped';
  readonly minedBlock: number | null;
  readonly signedAt: Date;
}

export interface MessageStory {
  readonly message: CarriedMessage;
  /** Of every leg in it: a receipt may hold several. */
  readonly auctionIds: readonly AuctionId[];
  readonly parts: readonly LegPart[];
  readonly steps: readonly LegStep[];
  readonly transactions: readonly CarryingTransaction[];
}

/** All that the database knows of a message; null if it knows none with this id. */
export async function readMessageStory(db: DbOrTx, messageId: Hash): Promise<MessageStory | null> {
  const [message] = await readCarriedMessages(db, { messageId, limit: 1 });
  if (message === undefined) return null;
  const parts = partsOf(message.payload);
  const rows = await readSteps(
    db,
    parts.map(({ legId }) => legId),
  );
  const auctionIds = new Set(rows.flatMap(({ auctionId }) => (auctionId === null ? [] : [toAuctionId(auctionId)])));
  return {
    message,
    auctionIds: [...auctionIds],
    parts,
    steps: rows.map(({ legId, kind, chainId, blockNumber, txHash }) => ({
      legId: toLegId(legId),
      kind,
      chainId,
      blockNumber,
      txHash: toHash(txHash),
    })),
    transactions: message.row === null ? [] : await readTransactions(db, message.row.id),
  };
}

function partsOf(payload: string): LegPart[] {
  const message = decodeMessage(payload);
  const found = message.kind === KIND_CAPITAL_DELIVERED ? [message] : message.legs;
  return found.map(({ legId, fills }) => ({ legId, amount: fills.reduce((sum, fill) => sum + fill.amount, 0n) }));
}

function readSteps(db: DbOrTx, legIds: readonly LegId[]) {
  const { legId, kind, chainId, blockNumber, logIndex, auctionId } = legs;
  return db
    .select({ legId, kind, chainId, blockNumber, auctionId, txHash: rawEvents.txHash })
    .from(legs)
    .innerJoin(rawEvents, isLogOf(legs))
    .where(inArray(legId, [...legIds]))
    .orderBy(asc(chainId), asc(blockNumber), asc(logIndex));
}

async function readTransactions(db: DbOrTx, outboxId: number): Promise<CarryingTransaction[]> {
  const rows = await db.select().from(txAttempts).where(eq(txAttempts.outboxId, outboxId)).orderBy(asc(txAttempts.id));
  return rows.map(({ chainId, hash, nonce, open, succeeded, minedBlock, createdAt }) => ({
    chainId,
    hash: toHash(hash),
    nonce,
    fate: open ? 'open' : minedBlock === null ? 'dropped' : succeeded === true ? 'succeeded' : 'reverted',
    minedBlock,
    signedAt: createdAt,
  }));
}
