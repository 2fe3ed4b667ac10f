import { and, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { toAuctionId, toLegId, type AuctionId } from '@ala/shared/ids';
import { encodeMessage, KIND_CAPITAL_DELIVERED, KIND_LEG_REFUNDED } from '@ala/shared/messageCodec';
import { auctionEvents, auctions, blocks, legs } from '../db/chainTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { finishAuction } from './finishAuction.js';
import { readActiveAuctions } from './readAuctions.js';

const database = useOpenDatabase();

const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const at = { chainId: 1, blockNumber: 1 };

async function arrive(auctionId: AuctionId, logIndex: number): Promise<void> {
  const legId = toLegId(bytes32(0x80 + logIndex));
  const fills = [{ tier: 0, gen: 0, amount: 5n }];
  const message = encodeMessage({ kind: KIND_CAPITAL_DELIVERED, legId, auctionId, basket: 1, fills });
  const data = { spoke: '1', message };
  await database.db.insert(legs).values({ ...at, logIndex, legId, auctionId, kind: 'arrived', data, open: true });
}

it('asks for the legs of a finished auction no more, and still for those of one that a reorg removed', async () => {
  const { db } = database;
  const [known, removed] = [toAuctionId(bytes32(0xaa)), toAuctionId(bytes32(0xbb))];
  const header = { hash: bytes32(1), parentHash: bytes32(0), timestampSec: 1_000 };
  await db.insert(blocks).values({ chainId: 1, number: 1, ...header });
  const auction = { marketId: 1, basket: 1, debtToCover: 5n, maxCollateral: 5n, deadlineSec: 1 };
  await db.insert(auctions).values({ ...at, logIndex: 0, auctionId: known, ...auction });
  await arrive(known, 1);
  await arrive(removed, 2);
  expect((await readActiveAuctions(db)).map(({ auctionId }) => auctionId)).toEqual([known, removed]);

  await db.insert(auctionEvents).values({ ...at, logIndex: 3, auctionId: known, kind: 'closed', debtCovered: 0n });
  const end = { ...at, auctionId: known, legId: bytes32(0x81) };
  await db.insert(legs).values({ ...end, logIndex: 4, kind: 'released', data: { refund: '5' } });
  await db.insert(legs).values({ ...end, logIndex: 5, kind: 'dispatched', data: { kind: KIND_LEG_REFUNDED } });
  await finishAuction(db, known);
  expect((await readActiveAuctions(db)).map(({ auctionId }) => auctionId)).toEqual([removed]);
  const open = and(eq(legs.kind, 'arrived'), eq(legs.open, true));
  expect(await db.select({ auctionId: legs.auctionId }).from(legs).where(open)).toEqual([{ auctionId: removed }]);
});
