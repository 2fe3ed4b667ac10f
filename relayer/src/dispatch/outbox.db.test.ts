import { eq, sql } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import {
  toAddress,
  toAuctionId,
  toChainId,
  type ChainId,
  toHash,
  toLegId,
  toPlanHash,
  toSpokeId,
} from '@ala/shared/ids';
import { outbox } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import {
  enqueue,
  enqueueAgain,
  enqueueDue,
  lockRow,
  moveRow,
  moveRows,
  moveRowsMined,
  RowMovedError,
  dueRows,
  stateOf,
} from './outbox.js';
import { intentKey, type Intent, type PlacedIntent } from './intent.js';

const database = useOpenDatabase();

let nextChain = 1;
const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const sender = toAddress(`0x${'01'.repeat(20)}`);
const auctionId = toAuctionId(bytes32(0xaa));

/** Each test has a lane of its own. */
function lane() {
  const chainId = toChainId(nextChain++);
  const place = (intent: Intent): PlacedIntent => ({ chainId, auctionId, intent });
  return { chainId, place };
}

/** What the only lane of a chain takes up next. */
async function nextDue(chainId: ChainId) {
  const [row] = await dueRows(database.db, { chainId, senders: [sender], lane: 0 }, { limit: 1 });
  return row ?? null;
}

it('keeps one row an effect, and gives back what it stored', async () => {
  const { chainId, place } = lane();
  const leg = {
    legId: toLegId(bytes32(1)),
    message: '0x0101',
    results: [{ used: 2n ** 100n, collateral: 3n }],
    fee: 1n,
  };
  const intent: Intent = { kind: 'settle', auctionId, legs: [leg] };
  expect(await enqueue(database.db, [place(intent)])).toEqual([intentKey(intent)]);
  expect(await enqueue(database.db, [place(intent)])).toEqual([]);
  expect((await nextDue(chainId))?.intent).toEqual(intent);
});

it('takes rows by age, but one with a transaction under way first', async () => {
  const { chainId, place } = lane();
  const intents = [1, 2, 3].map((n): Intent => ({ kind: 'expire', legId: toLegId(bytes32(0x10 + n)) }));
  await enqueue(database.db, intents.map(place));
  const first = await nextDue(chainId);
  expect(first?.key).toBe(intentKey(intents[0]!));
  await moveRow(database.db, first!, { to: 'pending', runInMs: 60_000 });
  const second = await nextDue(chainId);
  expect(second?.key).toBe(intentKey(intents[1]!));
  await moveRow(database.db, first!, { to: 'signed', runInMs: 0 });
  expect((await nextDue(chainId))?.key).toBe(intentKey(intents[0]!));
});

it('refuses a move that does not exist, and one from a state that is no longer', async () => {
  const { chainId, place } = lane();
  const intent: Intent = {
    kind: 'call',
    planHash: toPlanHash(bytes32(5)),
    legId: toLegId(bytes32(6)),
    spoke: toSpokeId(1),
  };
  await enqueue(database.db, [place(intent)]);
  const row = (await nextDue(chainId))!;
  await expect(moveRow(database.db, row, { to: 'mined' })).rejects.toThrow('no way from pending to mined');
  await moveRow(database.db, row, { to: 'signed' });
  await expect(moveRow(database.db, row, { to: 'signed' })).rejects.toThrow('no longer pending');
  expect(await stateOf(database.db, row.key)).toBe('signed');
});

it('does not take up a row that is done', async () => {
  const { chainId, place } = lane();
  await enqueue(database.db, [place({ kind: 'close', auctionId: toAuctionId(bytes32(9)) })]);
  const row = (await nextDue(chainId))!;
  await moveRow(database.db, row, { to: 'done' });
  expect(await nextDue(chainId)).toBeNull();
});

it('takes up again what had become of no use when it is written anew, and nothing that is under way or done', async () => {
  const { chainId, place } = lane();
  const intent: Intent = { kind: 'expire', legId: toLegId(bytes32(0x22)) };
  const key = intentKey(intent);
  const again = () => enqueueAgain(database.db, [place(intent)]);
  expect(await again()).toEqual([key]);
  expect(await again()).toEqual([]);
  await moveRow(database.db, (await nextDue(chainId))!, {
    to: 'obsolete',
    seenIn: { number: 6, hash: toHash(bytes32(6)) },
  });
  expect(await nextDue(chainId)).toBeNull();
  expect(await again()).toEqual([key]);
  const row = (await nextDue(chainId))!;
  expect(row.state).toBe('pending');
  await moveRow(database.db, row, { to: 'done' });
  expect(await again()).toEqual([]);
});

it('shows whoever locks a row what was written together with it, though it stayed as it was', async () => {
  const { chainId, place } = lane();
  const intents = [1, 2].map((n): Intent => ({ kind: 'expire', legId: toLegId(bytes32(0x60 + n)) }));
  await enqueue(database.db, [place(intents[0]!)]);
  const row = (await nextDue(chainId))!;
  const blocked = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const waiting = await database.db.transaction(async (tx) => {
    await enqueueAgain(tx, intents.map(place));
    const locking = database.db.transaction(async (other) => {
      await lockRow(other, row);
      return stateOf(other, intentKey(intents[1]!));
    });
    await vi.waitFor(async () => expect((await database.db.execute(blocked)).rowCount).toBe(1), { timeout: 20_000 });
    return { locking };
  });
  expect(await waiting.locking).toBe('pending');
});

it('takes up again what had ended by the block that still shows it as due, and nothing else', async () => {
  const { chainId, place } = lane();
  const intent: Intent = { kind: 'expire', legId: toLegId(bytes32(0x21)) };
  const key = intentKey(intent);
  const due = (readUpTo: number) => enqueueDue(database.db, [place(intent)], readUpTo);
  expect(await due(5)).toEqual([key]);
  expect(await due(5)).toEqual([]);
  const row = (await nextDue(chainId))!;
  await moveRow(database.db, row, { to: 'done', seenIn: { number: 6, hash: toHash(bytes32(6)) } });
  expect(await due(5)).toEqual([]);
  expect(await stateOf(database.db, key)).toBe('done');
  expect(await due(6)).toEqual([key]);
  expect(await stateOf(database.db, key)).toBe('pending');
});

it('lets a row that fails again and again not stand before those that wait', async () => {
  const { chainId, place } = lane();
  const [failing, waiting] = [0x31, 0x32].map((n): Intent => ({ kind: 'expire', legId: toLegId(bytes32(n)) }));
  await enqueue(database.db, [place(failing!)]);
  await enqueue(database.db, [place(waiting!)]);
  const first = (await nextDue(chainId))!;
  expect(first.key).toBe(intentKey(failing!));
  await moveRow(database.db, first, { to: 'pending', runInMs: 0 });
  expect((await nextDue(chainId))?.key).toBe(intentKey(waiting!));
});

describe('rows of one chain', () => {
  const expire = (n: number): Intent => ({ kind: 'expire', legId: toLegId(bytes32(n)) });
  const call = (n: number): Intent => {
    return { kind: 'call', planHash: toPlanHash(bytes32(5)), legId: toLegId(bytes32(n)), spoke: toSpokeId(1) };
  };

  it('belong to one lane each, and to any once they have waited for their own', async () => {
    const { chainId, place } = lane();
    await enqueue(database.db, [1, 2, 3, 4].map(call).map(place));
    const of = async (lane: number) =>
      (
        await dueRows(
          database.db,
          { chainId, senders: [sender, toAddress(`0x${'02'.repeat(20)}`)], lane },
          { limit: 9 },
        )
      ).map(({ id }) => id);
    const [even, odd] = [await of(0), await of(1)];
    expect([even.length, odd.length]).toEqual([2, 2]);
    expect(new Set([...even, ...odd]).size).toBe(4);
    await database.db
      .update(outbox)
      .set({ runAt: new Date(0) })
      .where(eq(outbox.id, odd[0]!));
    expect((await of(0)).sort()).toEqual([...even, odd[0]!].sort());
  });

  it('are not taken up while a transaction of theirs is under way, nor what stands on its outcome', async () => {
    const { chainId, place } = lane();
    const other = { chainId, auctionId: toAuctionId(bytes32(0xbb)), intent: expire(0x43) };
    await enqueue(database.db, [place(expire(0x41))]);
    await enqueue(database.db, [place(expire(0x42)), place(call(0x44)), other]);
    const due = async () =>
      (await dueRows(database.db, { chainId, senders: [sender], lane: 0 }, { limit: 9 })).map(({ key }) => key);
    const [first, ...others] = await due();
    expect(others.sort()).toEqual([intentKey(call(0x44)), intentKey(other.intent)].sort());
    const { rows } = await database.pool.query<{ id: string }>('select id from outbox where key = $1', [first]);
    await database.pool.query(
      `insert into tx_attempts (outbox_id, chain_id, sender, nonce, hash, raw) values ($1, $2, $3, 0, '\\x01', '\\x01')`,
      [rows[0]!.id, chainId, Buffer.from(sender.slice(2), 'hex')],
    );
    expect((await due()).sort()).toEqual([intentKey(call(0x44)), intentKey(other.intent)].sort());
    // What takes a nonce below it cannot wait for it: neither would ever be mined.
    const below = await dueRows(database.db, { chainId, senders: [sender], lane: 0 }, { limit: 9, fillsHole: true });
    const second = [intentKey(expire(0x41)), intentKey(expire(0x42))].find((key) => key !== first);
    expect(below.map(({ key }) => key).sort()).toEqual([second, ...(await due())].sort());
    // As after a change of the key.
    await database.pool.query(`update tx_attempts set sender = '\\x99'`);
    expect((await due())[0]).toBe(first);
    await database.pool.query('delete from tx_attempts');
  });

  it('are moved together or, in a transaction, not at all', async () => {
    const { chainId, place } = lane();
    await enqueue(database.db, [call(0x51), call(0x52)].map(place));
    const rows = await dueRows(database.db, { chainId, senders: [sender], lane: 0 }, { limit: 9 });
    await moveRow(database.db, rows[1]!, { to: 'done' });
    const both = database.db.transaction((tx) => moveRows(tx, rows, { to: 'signed' }));
    await expect(both).rejects.toThrow(RowMovedError);
    expect(await stateOf(database.db, rows[0]!.key)).toBe('pending');
  });

  it('are mined each in its own block', async () => {
    const { chainId, place } = lane();
    await enqueue(database.db, [call(0x61), call(0x62)].map(place));
    const rows = await dueRows(database.db, { chainId, senders: [sender], lane: 0 }, { limit: 9 });
    await moveRows(database.db, rows, { to: 'signed' });
    const blockOf = (index: number) => ({ number: 70 + index, hash: toHash(bytes32(70 + index)) });
    const minedIn = rows.map(({ id }, index) => ({ id, state: 'signed' as const, minedIn: blockOf(index) }));
    await moveRowsMined(database.db, [...minedIn].reverse());
    const { rows: mined } = await database.pool.query<{ id: string; mined_block: string; mined_hash: Buffer }>(
      `select id, mined_block, mined_hash from outbox where state = 'mined' and chain_id = $1 order by id`,
      [chainId],
    );
    expect(rows.length).toBeGreaterThan(1);
    const shown = mined.map((row) => [Number(row.id), Number(row.mined_block), `0x${row.mined_hash.toString('hex')}`]);
    const expected = minedIn.map(({ id, minedIn: { number, hash } }) => [id, number, hash]);
    expect(shown).toEqual(expected.sort(([a], [b]) => Number(a) - Number(b)));
  });
});

it('sends a receipt of another result as another effect', () => {
  const leg = { legId: toLegId(bytes32(1)), message: '0x0101', results: [{ used: 2n, collateral: 3n }], fee: 1n };
  const dispatch = (collateral: bigint): Intent => ({
    kind: 'dispatch',
    receipt: 'settled',
    spoke: toSpokeId(1),
    leg: { ...leg, results: [{ used: 2n, collateral }] },
  });
  expect(intentKey(dispatch(3n))).not.toBe(intentKey(dispatch(4n)));
  expect(intentKey(dispatch(3n))).toMatch(/^dispatch:1:settled:0x/);
});
