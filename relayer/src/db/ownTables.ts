import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { hex } from './columns.js';

/** What this node has decided and signed, and what its nodes agree on; see `chainTables.ts` for the other kind. */

/** Plans that this node signed. A second one on the same `prevPlan` only past the first's `callBy`. */
export const plans = pgTable(
  'plans',
  {
    planHash: hex('plan_hash').primaryKey(),
    prevPlan: hex('prev_plan').notNull(),
    basket: integer('basket').notNull(),
    auctionId: hex('auction_id').notNull(),
    round: integer('round').notNull(),
    callBySec: bigint('call_by_sec', { mode: 'number' }).notNull(),
    plan: jsonb('plan').notNull(),
    snapshot: jsonb('snapshot').notNull(),
    signatures: jsonb('signatures').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('plans_by_prev').on(t.basket, t.prevPlan), index('plans_by_auction').on(t.auctionId)],
);

export const outboxStates = ['pending', 'signed', 'broadcast', 'mined', 'done', 'obsolete'] as const;

/**
 * Effects to be had on chains, written before anything is sent. The states and their transitions are documented in
 * `dispatch/outboxState.ts`.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    chainId: bigint('chain_id', { mode: 'number' }).notNull(),
    /** Says what the effect is: a second intent with the same key is the same intent. */
    key: text('key').notNull(),
    kind: text('kind').notNull(),
    auctionId: hex('auction_id'),
    payload: jsonb('payload').notNull(),
    state: text('state', { enum: outboxStates }).notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    runAt: timestamp('run_at', { withTimezone: true }).notNull().defaultNow(),
    lastError: text('last_error'),
    /** The block that showed the effect (or that it cannot be had); another hash at that height takes it back. */
    minedBlock: bigint('mined_block', { mode: 'number' }),
    minedHash: hex('mined_hash'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('outbox_by_key').on(t.key),
    index('outbox_due')
      .on(t.chainId, t.runAt, t.id)
      .where(sql`${t.state} in ('pending', 'signed', 'broadcast', 'mined')`),
    index('outbox_by_auction').on(t.auctionId),
    index('outbox_mined').on(t.chainId, t.minedBlock),
    index('outbox_carries')
      .on(sql`(${t.payload} ->> 'messageId')`)
      .where(sql`${t.kind} = 'carry'`),
  ],
);

/** Every transaction that was ever signed for an outbox row, kept whole so that it can be sent again as it is. */
export const txAttempts = pgTable(
  'tx_attempts',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    outboxId: bigint('outbox_id', { mode: 'number' })
      .notNull()
      .references(() => outbox.id),
    chainId: bigint('chain_id', { mode: 'number' }).notNull(),
    sender: hex('sender').notNull(),
    nonce: bigint('nonce', { mode: 'number' }).notNull(),
    hash: hex('hash').notNull(),
    raw: hex('raw').notNull(),
    /** The attempt with lower fees in whose place it is to be mined. */
    replaces: bigint('replaces', { mode: 'number' }).references((): AnyPgColumn => txAttempts.id),
    open: boolean('open').notNull().default(true),
    succeeded: boolean('succeeded'),
    minedBlock: bigint('mined_block', { mode: 'number' }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('tx_attempts_by_hash').on(t.chainId, t.hash),
    uniqueIndex('tx_attempts_by_replaced').on(t.replaces),
    index('tx_attempts_open')
      .on(t.chainId, t.sender, t.nonce)
      .where(sql`${t.open}`),
    index('tx_attempts_by_outbox').on(t.outboxId),
    index('tx_attempts_mined').on(t.chainId, t.minedBlock),
  ],
);

/** Who may sign for a lane: the newest term of a name, while its session is there and it has not expired. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  term: bigint('term', { mode: 'bigint' }).notNull(),
  /** The holder's database session: when it has ended, so has the holder. */
  sessionPid: integer('session_pid').notNull(),
  sessionStarted: timestamp('session_started', { withTimezone: true }).notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
