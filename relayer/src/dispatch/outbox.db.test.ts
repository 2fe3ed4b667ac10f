import { afterAll, beforeAll, expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { toAuctionId, toChainId, toHash, toLegId, toPlanHash, toSpokeId } from '@ala/shared/ids';
import { openDatabase, type Database } from '../db/client.js';
import { enqueue, enqueueDue, moveRow, nextDue, stateOf } from './outbox.js';
import { intentKey, type Intent, type PlacedIntent } from './intent.js';

const testDatabase = useTestDatabase();
let database: Database;
beforeAll(() => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
});
afterAll(() => database.close());

let nextChain = 1;
const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const auctionId = toAuctionId(bytes32(0xaa));

/** Each test has a lane of its own. */
function lane() {
  const chainId = toChainId(nextChain++);
  const place = (intent: Intent): PlacedIntent => ({ chainId, auctionId, intent });
  return { chainId, place };
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
  expect((await nextDue(database.db, chainId))?.intent).toEqual(intent);
});

it('takes rows by age, but one with a transaction under way first', async () => {
  const { chainId, place } = lane();
  const intents = [1, 2, 3].map((n): Intent => ({ kind: 'expire', legId: toLegId(bytes32(0x10 + n)) }));
  await enqueue(database.db, intents.map(place));
  const first = await nextDue(database.db, chainId);
  expect(first?.key).toBe(intentKey(intents[0]!));
  await moveRow(database.db, first!, { to: 'pending', runInMs: 60_000 });
  const second = await nextDue(database.db, chainId);
  expect(second?.key).toBe(intentKey(intents[1]!));
  await moveRow(database.db, first!, { to: 'signed', runInMs: 0 });
  expect((await nextDue(database.db, chainId))?.key).toBe(intentKey(intents[0]!));
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
  const row = (await nextDue(database.db, chainId))!;
  await expect(moveRow(database.db, row, { to: 'mined' })).rejects.toThrow('no way from pending to mined');
  await moveRow(database.db, row, { to: 'signed' });
  await expect(moveRow(database.db, row, { to: 'signed' })).rejects.toThrow('no longer pending');
  expect(await stateOf(database.db, row.key)).toBe('signed');
});

it('does not take up a row that is done', async () => {
  const { chainId, place } = lane();
  await enqueue(database.db, [place({ kind: 'close', auctionId: toAuctionId(bytes32(9)) })]);
  const row = (await nextDue(database.db, chainId))!;
  await moveRow(database.db, row, { to: 'done' });
  expect(await nextDue(database.db, chainId)).toBeNull();
});

it('takes up again what had ended by the block that still shows it as due, and nothing else', async () => {
  const { chainId, place } = lane();
  const intent: Intent = { kind: 'expire', legId: toLegId(bytes32(0x21)) };
  const key = intentKey(intent);
  const due = (readUpTo: number) => enqueueDue(database.db, [place(intent)], readUpTo);
  expect(await due(5)).toEqual([key]);
  expect(await due(5)).toEqual([]);
  const row = (await nextDue(database.db, chainId))!;
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
  const first = (await nextDue(database.db, chainId))!;
  expect(first.key).toBe(intentKey(failing!));
  await moveRow(database.db, first, { to: 'pending', runInMs: 0 });
  expect((await nextDue(database.db, chainId))?.key).toBe(intentKey(waiting!));
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
