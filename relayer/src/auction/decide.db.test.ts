import { and, eq } from 'drizzle-orm';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { toAuctionId, toChainId, toLegId, toSpokeId, type AuctionId, type ChainId } from '@ala/shared/ids';
import { encodeMessage, KIND_CAPITAL_DELIVERED } from '@ala/shared/messageCodec';
import { auctions, blocks, legs } from '../db/chainTables.js';
import { outbox, plans } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import type { ClearRoundArgs } from './clearRound.js';
import { decide } from './decide.js';
import { hasEnded } from './hasEnded.js';

const database = useOpenDatabase();

const hubChainId = toChainId(1);
const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;

const terms = { hubChainId, callWindowSec: 1, maxSnapshotAgeSec: 1, settleWindowSec: 60, routeTimeoutSec: new Map() };

/** Decides once and says nothing of it. @returns the auctions that failed. */
async function decideQuietly(roundArgs: Parameters<typeof decide>[0]['roundArgs']): Promise<AuctionId[]> {
  const failing = new Set<AuctionId>();
  const log = pino({ level: 'silent' });
  await decide({ db: database.db, log, hubChainId, failing, onWritten: () => undefined, roundArgs });
  return [...failing];
}

it('goes on with the other auctions when one fails, and says so once', async () => {
  const { db } = database;
  const header = { hash: bytes32(1), parentHash: bytes32(0), timestampSec: 1_000 };
  await db.insert(blocks).values({ chainId: hubChainId, number: 1, ...header });
  const common = { chainId: hubChainId, blockNumber: 1, marketId: 1, basket: 1, debtToCover: 5n, maxCollateral: 5n };
  await db.insert(auctions).values([
    { ...common, logIndex: 0, auctionId: bytes32(0xaa), deadlineSec: 999 },
    { ...common, logIndex: 1, auctionId: bytes32(0xbb), deadlineSec: 999 },
  ]);
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const failing = new Set<AuctionId>();
  for (let time = 0; time < 2; time++) {
    await decide({
      db,
      log,
      hubChainId,
      failing,
      onWritten: () => undefined,
      roundArgs: ({ auctionId }) => {
        if (auctionId === bytes32(0xaa)) throw new Error('the oracle is silent');
        // Past its deadline nothing is cleared: the terms are all that is asked for.
        return { terms } as unknown as ClearRoundArgs;
      },
    });
  }
  expect(await db.select({ key: outbox.key }).from(outbox)).toEqual([{ key: `close:${bytes32(0xbb)}` }]);
  expect(lines.filter((line) => line.includes('the oracle is silent'))).toHaveLength(1);
});

it('releases and sends home what has arrived for an auction that a reorg removed, after the settle window', async () => {
  const { db } = database;
  await db.delete(outbox);
  await db.delete(auctions);
  const legId = toLegId(bytes32(0xcc));
  const auctionId = toAuctionId(bytes32(0xdd));
  const fills = [{ tier: 0, gen: 0, amount: 5n }];
  const message = encodeMessage({ kind: KIND_CAPITAL_DELIVERED, legId, auctionId, basket: 1, fills });
  const at = { chainId: hubChainId, blockNumber: 1, legId, auctionId };
  await db.insert(legs).values({ ...at, logIndex: 5, kind: 'arrived', open: true, data: { spoke: '1', message } });
  const decideAt = async (number: number, timestampSec: number) => {
    const header = { hash: bytes32(number), parentHash: bytes32(number - 1), timestampSec };
    await db.insert(blocks).values({ chainId: hubChainId, number, ...header });
    await decideQuietly(() => ({ terms }) as unknown as ClearRoundArgs);
    return (await db.select({ kind: outbox.kind }).from(outbox).orderBy(outbox.id)).map(({ kind }) => kind);
  };
  expect(await decideAt(2, 1_060)).toEqual([]);
  expect(await decideAt(3, 1_061)).toEqual(['release']);
  await db.insert(legs).values({ ...at, blockNumber: 3, logIndex: 0, kind: 'released', data: { refund: '5' } });
  expect(await hasEnded(db, legId)).toBe(true);
  expect(await decideAt(4, 1_062)).toEqual(['release', 'dispatch']);
});

it('knows that a leg has not ended that has arrived, or was exchanged in part, or whose end a reorg took back', async () => {
  const { db } = database;
  const legId = toLegId(bytes32(0xce));
  const at = { chainId: hubChainId, blockNumber: 1, legId, auctionId: null };
  await db.insert(legs).values({ ...at, logIndex: 20, kind: 'arrived', data: {} });
  await db.insert(legs).values({ ...at, logIndex: 21, kind: 'settled', data: { ended: false } });
  expect(await hasEnded(db, legId)).toBe(false);
  await db.insert(legs).values({ ...at, logIndex: 22, kind: 'settled', data: { ended: true } });
  expect(await hasEnded(db, legId)).toBe(true);
  await db.delete(legs).where(and(eq(legs.legId, legId), eq(legs.logIndex, 22)));
  expect(await hasEnded(db, legId)).toBe(false);
  await db.delete(legs).where(eq(legs.legId, legId));
});

it('clears no round while a spoke is still read to its head', async () => {
  const { db } = database;
  await db.delete(auctions);
  const at = { chainId: hubChainId, blockNumber: 3, logIndex: 9, marketId: 1, basket: 1 };
  const auctionId = toAuctionId(bytes32(0xee));
  await db.insert(auctions).values({ ...at, auctionId, debtToCover: 5n, maxCollateral: 5n, deadlineSec: 9_999 });
  const spoke = toChainId(2);
  const failuresAwaiting = (...awaited: ChainId[]) =>
    // Whoever clears looks for the basket, and there is none.
    decideQuietly(
      (auction) =>
        ({
          db,
          auction,
          terms,
          spokeChainIds: new Map([[toSpokeId(1), spoke]]),
          awaitedChainIds: new Set(awaited),
        }) as unknown as ClearRoundArgs,
    );
  expect(await failuresAwaiting(spoke)).toEqual([]);
  expect(await failuresAwaiting()).toEqual([auctionId]);
  expect(await failuresAwaiting(toChainId(3))).toEqual([auctionId]);
});

it('asks once for all auctions of a basket whether a plan can be signed, while the one before is on its way', async () => {
  const { db } = database;
  await db.delete(auctions);
  const at = {
    chainId: hubChainId,
    blockNumber: 3,
    marketId: 1,
    debtToCover: 5n,
    maxCollateral: 5n,
    deadlineSec: 9_999,
  };
  await db.insert(auctions).values([
    { ...at, logIndex: 1, basket: 1, auctionId: bytes32(0x51) },
    { ...at, logIndex: 2, basket: 1, auctionId: bytes32(0x52) },
    { ...at, logIndex: 3, basket: 2, auctionId: bytes32(0x53) },
  ]);
  const prevPlan = bytes32(0);
  const auctionId = bytes32(0x50);
  const named = { round: 0, callBy: 9_999, priceE36: '1', snapshotHash: prevPlan, operatorSetId: 1, legs: [] };
  const row = { prevPlan, auctionId, round: 0, callBySec: 9_999, snapshot: {}, signatures: [] };
  await db.insert(plans).values(
    [1, 2].map((basket) => {
      const plan = { ...named, auctionId, basket, prevPlan };
      return { ...row, planHash: bytes32(0x60 + basket), basket, plan };
    }),
  );
  const asked: string[] = [];
  const failing = await decideQuietly(
    (auction) =>
      ({
        db,
        auction,
        terms,
        basket: { id: auction.basket },
        get spokeChainIds() {
          asked.push(auction.auctionId);
          return new Map();
        },
      }) as unknown as ClearRoundArgs,
  );
  expect(failing).toEqual([]);
  expect(asked).toEqual([bytes32(0x51), bytes32(0x53)]);
});
