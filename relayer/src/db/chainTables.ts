import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { hex, uint256 } from './columns.js';

/**
 * Two kinds of tables. What is read from the chains, here, carries (chain, block, log index) as its key, is inserted only,
 * and is deleted above the fork when a chain reorganises: reading again leads to the same rows. What this node has
 * decided, in `ownTables.ts`, is written before anything is sent and survives every reorg.
 */

const position = {
  chainId: bigint('chain_id', { mode: 'number' }).notNull(),
  blockNumber: bigint('block_number', { mode: 'number' }).notNull(),
  logIndex: integer('log_index').notNull(),
};

/** The next block to read of each chain, and the newest that was final when it was stored: it must not be undone. */
export const cursors = pgTable('cursors', {
  chainId: bigint('chain_id', { mode: 'number' }).primaryKey(),
  nextBlock: bigint('next_block', { mode: 'number' }).notNull(),
  finalBlock: bigint('final_block', { mode: 'number' }),
});

/** Headers of the blocks that were read: for reorgs and for the blocks that a snapshot names. */
export const blocks = pgTable(
  'blocks',
  {
    chainId: bigint('chain_id', { mode: 'number' }).notNull(),
    number: bigint('number', { mode: 'number' }).notNull(),
    hash: hex('hash').notNull(),
    parentHash: hex('parent_hash').notNull(),
    timestampSec: bigint('timestamp_sec', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.number] }),
    index('blocks_by_time').on(t.chainId, t.timestampSec, t.number),
  ],
);

/** Every event of ALA's own contracts, decoded, as it was read. */
export const rawEvents = pgTable(
  'raw_events',
  {
    ...position,
    blockHash: hex('block_hash').notNull(),
    txHash: hex('tx_hash').notNull(),
    address: hex('address').notNull(),
    name: text('name').notNull(),
    args: jsonb('args').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    // The API's `termEvents`: few among all that ever happened.
    index('raw_events_of_terms')
      .on(t.name)
      .where(sql`${t.name} in ('MarketCreated', 'MaxInFlightSet', 'BasketCreated')`),
  ],
);

/** Absolute state of a pool after each change, with all buckets up to `rolled_to_sec` in it: the last row of each pool. */
export const poolStates = pgTable(
  'pool_states',
  {
    ...position,
    spoke: integer('spoke').notNull(),
    basket: integer('basket').notNull(),
    tier: integer('tier').notNull(),
    assets: uint256('assets').notNull(),
    shares: uint256('shares').notNull(),
    calls: bigint('calls', { mode: 'number' }).notNull(),
    epoch: integer('epoch').notNull(),
    rolledToSec: bigint('rolled_to_sec', { mode: 'number' }).notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    index('pool_states_latest').on(t.basket, t.spoke, t.tier, t.blockNumber.desc(), t.logIndex.desc()),
  ],
);

export const bucketKinds = ['entry', 'exit'] as const;

/** What waits to enter or to leave a pool at one time, in all: the last row of each bucket. Units that enter, shares that leave. */
export const poolBuckets = pgTable(
  'pool_buckets',
  {
    ...position,
    spoke: integer('spoke').notNull(),
    basket: integer('basket').notNull(),
    tier: integer('tier').notNull(),
    kind: text('kind', { enum: bucketKinds }).notNull(),
    atSec: bigint('at_sec', { mode: 'number' }).notNull(),
    /** Of an exit: the end of that epoch voids it. */
    epoch: integer('epoch'),
    amount: uint256('amount').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    index('pool_buckets_latest').on(
      t.basket,
      t.spoke,
      t.tier,
      t.kind,
      t.atSec,
      t.blockNumber.desc(),
      t.logIndex.desc(),
    ),
  ],
);

/** Buckets of deposits that became shares: each `a` of `amount` has `a * shares / amount` of them. */
export const rolledEntries = pgTable(
  'rolled_entries',
  {
    ...position,
    spoke: integer('spoke').notNull(),
    basket: integer('basket').notNull(),
    tier: integer('tier').notNull(),
    activeAtSec: bigint('active_at_sec', { mode: 'number' }).notNull(),
    amount: uint256('amount').notNull(),
    shares: uint256('shares').notNull(),
    startGen: bigint('start_gen', { mode: 'number' }).notNull(),
    epoch: integer('epoch').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    uniqueIndex('rolled_entries_by_bucket').on(t.spoke, t.basket, t.tier, t.activeAtSec),
  ],
);

/** What a basket's calls on a spoke have drawn whose results are not complete, and its limit: the last row of each. */
export const inFlights = pgTable(
  'in_flights',
  {
    ...position,
    spoke: integer('spoke').notNull(),
    basket: integer('basket').notNull(),
    amount: uint256('amount').notNull(),
    max: uint256('max').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    index('in_flights_latest').on(t.basket, t.spoke, t.blockNumber.desc(), t.logIndex.desc()),
  ],
);

export const bidKinds = ['entering', 'remainder', 'exiting'] as const;

/**
 * Bids as they began. An entering one has an amount and the time at which it is active; what goes on of a bid that was asked to
 * leave has shares of an epoch, and an exiting one the time at which it leaves.
 */
export const bids = pgTable(
  'bids',
  {
    ...position,
    spoke: integer('spoke').notNull(),
    bidId: uint256('bid_id').notNull(),
    owner: hex('owner').notNull(),
    basket: integer('basket').notNull(),
    tier: integer('tier').notNull(),
    kind: text('kind', { enum: bidKinds }).notNull().default('entering'),
    amount: uint256('amount'),
    activeAtSec: bigint('active_at_sec', { mode: 'number' }),
    shares: uint256('shares'),
    startGen: bigint('start_gen', { mode: 'number' }),
    epoch: integer('epoch'),
    exitAtSec: bigint('exit_at_sec', { mode: 'number' }),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex, t.bidId] }),
    uniqueIndex('bids_by_id').on(t.spoke, t.bidId),
    index('bids_in_premium_order').on(t.basket, t.tier, t.spoke),
    // Pages of an owner's bids are in this order.
    index('bids_by_owner').on(t.owner, t.spoke, t.bidId),
  ],
);

/** What is left of a bid that was withdrawn from before it was active: the last row of each bid. */
export const entryWithdrawals = pgTable(
  'entry_withdrawals',
  {
    ...position,
    spoke: integer('spoke').notNull(),
    bidId: uint256('bid_id').notNull(),
    left: uint256('left').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    index('entry_withdrawals_latest').on(t.spoke, t.bidId, t.blockNumber.desc(), t.logIndex.desc()),
  ],
);

/** Bids that go on as two others, and exits that were collected. */
export const bidClosures = pgTable(
  'bid_closures',
  {
    ...position,
    spoke: integer('spoke').notNull(),
    bidId: uint256('bid_id').notNull(),
    withdrawn: uint256('withdrawn').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    uniqueIndex('bid_closures_by_id').on(t.spoke, t.bidId),
  ],
);

export const auctions = pgTable(
  'auctions',
  {
    ...position,
    auctionId: hex('auction_id').notNull(),
    marketId: integer('market_id').notNull(),
    basket: integer('basket').notNull(),
    debtToCover: uint256('debt_to_cover').notNull(),
    maxCollateral: uint256('max_collateral').notNull(),
    deadlineSec: bigint('deadline_sec', { mode: 'number' }).notNull(),
    /** Set by this node once nothing is left to do for it. */
    finishedAt: timestamp('finished_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    uniqueIndex('auctions_by_id').on(t.auctionId),
    // Read backwards.
    index('auctions_in_order').on(t.blockNumber, t.logIndex),
    index('auctions_by_finish').on(t.finishedAt),
  ],
);

/** What happened to an auction as a whole: settlements (cumulative cover) and its close. */
export const auctionEvents = pgTable(
  'auction_events',
  {
    ...position,
    auctionId: hex('auction_id').notNull(),
    kind: text('kind', { enum: ['settled', 'closed'] }).notNull(),
    debtCovered: uint256('debt_covered').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    index('auction_events_by_auction').on(t.auctionId),
  ],
);

/** The chain of plans of each basket, as the hub holds it. */
export const planCommits = pgTable(
  'plan_commits',
  {
    ...position,
    planHash: hex('plan_hash').notNull(),
    prevPlan: hex('prev_plan').notNull(),
    basket: integer('basket').notNull(),
    auctionId: hex('auction_id').notNull(),
    /** Null when it reserved, else the hub's `LapseReason`. */
    lapseReason: integer('lapse_reason'),
    callBySec: bigint('call_by_sec', { mode: 'number' }).notNull(),
    plan: jsonb('plan').notNull(),
    snapshot: jsonb('snapshot').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    uniqueIndex('plan_commits_by_hash').on(t.planHash),
    index('plan_commits_by_basket').on(t.basket, t.blockNumber.desc(), t.logIndex.desc()),
    index('plan_commits_by_call_by').on(t.basket, t.callBySec),
    index('plan_commits_by_auction').on(t.auctionId),
  ],
);

export const legEventKinds = ['called', 'arrived', 'settled', 'released', 'expired', 'dispatched', 'recorded'] as const;

/** What happened to a leg, on its spoke and on the hub, in the words of the events. */
export const legs = pgTable(
  'legs',
  {
    ...position,
    legId: hex('leg_id').notNull(),
    auctionId: hex('auction_id'),
    kind: text('kind', { enum: legEventKinds }).notNull(),
    data: jsonb('data').notNull(),
    /** True of an arrival until this node has finished with its auction, null of all else: few rows, in an index of their own. */
    open: boolean('open'),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    index('legs_by_leg').on(t.legId),
    index('legs_by_auction').on(t.auctionId),
    index('legs_open')
      .on(t.auctionId)
      .where(sql`${t.open}`),
  ],
);

/** Messages that our ports sent: each has to be carried to its end. */
export const messages = pgTable(
  'messages',
  {
    ...position,
    messageId: hex('message_id').notNull(),
    bridge: text('bridge', { enum: ['layerzero', 'wormhole', 'local'] }).notNull(),
    srcPeer: integer('src_peer').notNull(),
    dstPeer: integer('dst_peer').notNull(),
    token: hex('token').notNull(),
    amount: uint256('amount').notNull(),
    payload: hex('payload').notNull(),
    txHash: hex('tx_hash').notNull(),
    /** Wormhole only. */
    sequence: uint256('sequence'),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.blockNumber, t.logIndex] }),
    uniqueIndex('messages_by_id').on(t.messageId),
  ],
);
