import { index, onchainTable, primaryKey } from 'ponder';

/** The columns and the indexes of the node's own tables of these names. */
export const rawEvent = onchainTable(
  'raw_event',
  (t) => ({
    chainId: t.integer().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    blockHash: t.hex().notNull(),
    txHash: t.hex().notNull(),
    address: t.hex().notNull(),
    name: t.text().notNull(),
    args: t.json().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.chainId, table.blockNumber, table.logIndex] }) }),
);

export const bid = onchainTable(
  'bid',
  (t) => ({
    chainId: t.integer().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    spoke: t.integer().notNull(),
    bidId: t.bigint().notNull(),
    owner: t.hex().notNull(),
    basket: t.integer().notNull(),
    tier: t.integer().notNull(),
    amount: t.bigint().notNull(),
    activeAtSec: t.bigint().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.chainId, table.blockNumber, table.logIndex, table.bidId] }),
    byId: index().on(table.spoke, table.bidId),
    inPremiumOrder: index().on(table.basket, table.tier, table.spoke),
    byOwner: index().on(table.owner),
  }),
);

export const poolBucket = onchainTable(
  'pool_bucket',
  (t) => ({
    chainId: t.integer().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    spoke: t.integer().notNull(),
    basket: t.integer().notNull(),
    tier: t.integer().notNull(),
    kind: t.text().notNull(),
    atSec: t.bigint().notNull(),
    amount: t.bigint().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.chainId, table.blockNumber, table.logIndex] }),
    latest: index().on(
      table.basket,
      table.spoke,
      table.tier,
      table.kind,
      table.atSec,
      table.blockNumber,
      table.logIndex,
    ),
  }),
);
