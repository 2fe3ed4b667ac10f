import { eq } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { toAddress, HUB_PEER, toAuctionId, toChainId, toHash, toLegId, type Hash, type LegId } from '@ala/shared/ids';
import { encodeMessage, KIND_CAPITAL_DELIVERED, KIND_LEG_REFUNDED } from '@ala/shared/messageCodec';
import { blocks, legs, messages, rawEvents } from '../db/chainTables.js';
import { outbox, txAttempts } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { dueRows, enqueue, moveRow } from '../dispatch/outbox.js';
import type { OutboxState } from '../dispatch/outboxState.js';
import { storeAttempts } from '../tx/attempts.js';
import { readCarriedMessages, type MessageFilter } from './carriedMessages.js';
import { carryIntents } from './messages.js';
import { readMessageStory } from './messageStory.js';
import { retryMessage, retryRefusal } from './retryMessage.js';

const database = useOpenDatabase();

async function nextDue() {
  const [row] = await dueRows(
    database.db,
    { chainId: HUB_CHAIN, senders: [toAddress(address(7))], lane: 0 },
    { limit: 1 },
  );
  return row ?? null;
}

const SPOKE_CHAIN = 31338;
const HUB_CHAIN = toChainId(31337);
const DAY_SEC = 86_400;

const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const address = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(20)}`;
const legId = toLegId(bytes32(0x11));
const auctionId = toAuctionId(bytes32(0x22));
const messageId = (block: number) => toHash(bytes32(0xa0 + block));
const payload = encodeMessage({
  kind: KIND_CAPITAL_DELIVERED,
  legId,
  auctionId,
  basket: 1,
  fills: [
    { tier: 1, gen: 1, amount: 30n },
    { tier: 2, gen: 1, amount: 12n },
  ],
});

beforeEach(async () => {
  await database.pool.query('truncate messages, outbox, tx_attempts, blocks, legs, raw_events');
});

/** A message in a block of its own, as the follower writes it; without a row when nobody carries it. */
async function sent(
  block: number,
  { ageSec = 0, bridge = 'layerzero' as const, carried = true }: SentOptions = {},
): Promise<Hash> {
  const { db } = database;
  const timestampSec = Math.floor(Date.now() / 1_000) - ageSec;
  const position = { chainId: SPOKE_CHAIN, blockNumber: block, logIndex: 0 };
  const hash = bytes32(block);
  await db.insert(blocks).values({ chainId: SPOKE_CHAIN, number: block, hash, parentHash: hash, timestampSec });
  await db.insert(messages).values({
    ...position,
    messageId: messageId(block),
    bridge,
    srcPeer: 1,
    dstPeer: HUB_PEER,
    token: address(5),
    amount: 42n,
    payload,
    txHash: bytes32(0x50 + block),
  });
  if (carried && bridge !== 'local') {
    const intent = { kind: 'carry', bridge, message: 'CapitalDelivered', messageId: messageId(block) } as const;
    await enqueue(db, [{ chainId: HUB_CHAIN, auctionId: null, intent }]);
  }
  return messageId(block);
}

interface SentOptions {
  readonly ageSec?: number;
  readonly bridge?: 'layerzero' | 'local';
  readonly carried?: boolean;
}

async function moveTo(states: readonly OutboxState[]): Promise<void> {
  for (const to of states) {
    const row = await nextDue();
    if (row === null) throw new Error('nothing is due');
    const seenIn = { number: 9, hash: toHash(bytes32(9)) };
    await moveRow(database.db, row, { to, lastError: 'too late', ...(to === 'obsolete' ? { seenIn } : {}) });
  }
}

async function listed(filter: Partial<MessageFilter>): Promise<readonly Hash[]> {
  return (await readCarriedMessages(database.db, { limit: 10, ...filter })).map((message) => message.messageId);
}

it('lists messages with the row that carries each, the newest first', async () => {
  await sent(1, { ageSec: 100 });
  await sent(2);
  const [newest, oldest] = await readCarriedMessages(database.db, { limit: 10 });
  expect([newest?.messageId, oldest?.messageId]).toEqual([messageId(2), messageId(1)]);
  expect(oldest).toMatchObject({ state: 'pending', name: 'CapitalDelivered', srcPeer: 1, amount: 42n });
  expect(oldest?.row?.key).toBe(`carry:layerzero:CapitalDelivered:${messageId(1)}`);
  expect(oldest?.ageSec).toBeGreaterThanOrEqual(100);
  expect(await listed({ limit: 1 })).toEqual([messageId(2)]);
});

it('takes for stuck what has not ended and is older, the oldest first', async () => {
  await sent(1, { ageSec: 3 * DAY_SEC });
  await moveTo(['obsolete']);
  await sent(2, { ageSec: 2 * DAY_SEC });
  await sent(3, { ageSec: 3 * DAY_SEC, carried: false });
  await sent(4, { ageSec: 3 * DAY_SEC, bridge: 'local' });
  await sent(5);
  expect(await listed({ stuckForSec: DAY_SEC })).toEqual([messageId(3), messageId(2)]);
  expect(await listed({ stuckForSec: 4 * DAY_SEC })).toEqual([]);
});

it('finds messages by their state, those without a row among them', async () => {
  await sent(1);
  await moveTo(['obsolete']);
  await sent(2, { carried: false });
  await sent(3, { bridge: 'local' });
  await sent(4);
  expect(await listed({ state: 'obsolete' })).toEqual([messageId(1)]);
  expect(await listed({ state: 'uncarried' })).toEqual([messageId(2)]);
  expect(await listed({ state: 'local' })).toEqual([messageId(3)]);
  expect(await listed({ state: 'pending' })).toEqual([messageId(4)]);
});

it('names the auction of what it carries, as the message or the hub has said it', async () => {
  const { db } = database;
  const deployment = { hub: { chain: 'hub' }, chains: [{ name: 'hub', chainId: HUB_CHAIN }], spokes: [] };
  const fills = [{ tier: 1, gen: 1, amount: 1n, flags: 0 }];
  const receipt = (leg: LegId) =>
    encodeMessage({ kind: KIND_LEG_REFUNDED, token: toAddress(address(5)), legs: [{ legId: leg, fills }] });
  const payloads = [payload, receipt(legId), receipt(toLegId(bytes32(0x33))), '0x0901'];
  const rows = payloads.map((of) => ({ messageId: bytes32(1), bridge: 'wormhole', dstPeer: HUB_PEER, payload: of }));
  const position = { chainId: HUB_CHAIN, blockNumber: 1, logIndex: 0 };
  await db.insert(legs).values({ ...position, legId, auctionId, kind: 'arrived', data: {} });
  const placed = await carryIntents(db, deployment as never, rows as never);
  expect(placed.map((intent) => intent.auctionId)).toEqual([auctionId, auctionId, null, null]);
});

it('tells the story of a message: its leg, its auction, its transactions on both chains', async () => {
  const id = await sent(1);
  const position = { chainId: SPOKE_CHAIN, blockNumber: 1, logIndex: 1 };
  const txHash = bytes32(0x51);
  await database.db.insert(legs).values({ ...position, legId, auctionId, kind: 'called', data: {} });
  await database.db.insert(rawEvents).values({
    ...position,
    blockHash: bytes32(1),
    txHash,
    address: address(6),
    name: 'CapitalCalled',
    args: {},
  });
  const row = await nextDue();
  for (const [nonce, minedBlock] of [null, 7].entries()) {
    const { db } = database;
    const [attempt] = await storeAttempts(db, [
      {
        outboxId: row!.id,
        chainId: HUB_CHAIN,
        sender: address(7) as never,
        nonce,
        hash: toHash(bytes32(0x70 + nonce)),
        raw: '0x01',
        replaces: null,
      },
    ]);
    const succeeded = minedBlock !== null;
    await db.update(txAttempts).set({ open: false, succeeded, minedBlock }).where(eq(txAttempts.id, attempt!.id));
  }
  const story = await readMessageStory(database.db, id);
  expect(story?.message.txHash).toBe(txHash);
  expect(story?.auctionIds).toEqual([auctionId]);
  expect(story?.parts).toEqual([{ legId, amount: 42n }]);
  expect(story?.steps).toEqual([{ legId, kind: 'called', chainId: SPOKE_CHAIN, blockNumber: 1, txHash }]);
  expect(story?.transactions.map(({ nonce, fate, minedBlock }) => [nonce, fate, minedBlock])).toEqual([
    [0, 'dropped', null],
    [1, 'succeeded', 7],
  ]);
  expect(await readMessageStory(database.db, messageId(9))).toBeNull();
});

it('makes a message due now that waits, and one that was given up', async () => {
  const id = await sent(1);
  const waiting = await nextDue();
  await moveRow(database.db, waiting!, { to: 'pending', runInMs: 3_600_000 });
  expect(await nextDue()).toBeNull();
  expect(await retryMessage(database.db, id)).toMatchObject({ retried: true, from: 'pending' });
  await moveTo(['obsolete']);
  expect(await nextDue()).toBeNull();
  expect(await retryMessage(database.db, id)).toMatchObject({ retried: true, from: 'obsolete' });
  expect((await nextDue())?.state).toBe('pending');
  const [row] = await database.db.select().from(outbox).where(eq(outbox.id, waiting!.id));
  expect([row?.minedBlock, row?.minedHash]).toEqual([null, null]);
});

it.each<{ states: readonly OutboxState[] }>([
  { states: ['signed'] },
  { states: ['signed', 'broadcast'] },
  { states: ['signed', 'broadcast', 'mined'] },
  { states: ['signed', 'broadcast', 'mined', 'done'] },
])('leaves a message alone that went $states', async ({ states }) => {
  const id = await sent(1);
  await moveTo(states);
  const before = await database.db.select().from(outbox);
  expect(await retryMessage(database.db, id)).toEqual({ retried: false, reason: retryRefusal(states.at(-1)!) });
  expect(await database.db.select().from(outbox)).toEqual(before);
});

it('says why a message cannot be retried that no row carries', async () => {
  const reasonOf = async (id: Hash) => {
    const result = await retryMessage(database.db, id);
    return result.retried ? null : result.reason;
  };
  expect(await reasonOf(await sent(1, { carried: false }))).toMatch(/add the spoke/);
  expect(await reasonOf(await sent(2, { bridge: 'local' }))).toMatch(/stays on its chain/);
  expect(await reasonOf(messageId(9))).toMatch(/no port of ours/);
});
