import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import type { Deployment } from '@ala/shared/deployment';
import { openDatabase, type Database } from '../db/client.js';
import { blocks, cursors } from '../db/chainTables.js';
import { startTestAnvil, type TestAnvil } from '../tx/testAnvil.js';
import { undoBlocks } from './apply.js';
import { readCursor, readStoredHeaders } from './cursor.js';
import { followChain } from './follow.js';
import type { FollowOutcome } from './followOnce.js';

const testDatabase = useTestDatabase();
let database: Database;
let anvil: TestAnvil;
let outcomes: (FollowOutcome | 'failed' | 'halted')[];
let stop: () => Promise<void>;

/** A follower that looks by itself once in a blue moon: what it sees it was told of. */
beforeEach(async () => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
  await database.db.delete(blocks);
  await database.db.delete(cursors);
  anvil = await startTestAnvil();
  outcomes = [];
  const { chain } = anvil;
  const aborted = new AbortController();
  const following = followChain({
    chain,
    deployment: { hub: { chain: 'other' }, spokes: [] } as unknown as Deployment,
    db: database.db,
    log: pino({ level: 'silent' }),
    finality: 64,
    acceptReorgTo: null,
    wsUrl: chain.deployment.rpcUrl.replace(/^http/, 'ws'),
    pollIntervalMs: 3_600_000,
    signal: aborted.signal,
    cause: () => Promise.resolve([]),
    onWritten: () => undefined,
    onStep: (outcome) => outcomes.push(outcome),
  });
  stop = async () => {
    aborted.abort();
    await following;
  };
  await expect.poll(() => outcomes.includes('idle'), { timeout: 10_000 }).toBe(true);
  // The socket may open later than that: until it has, nobody tells of a block.
  const seen = () => outcomes.length;
  const before = seen();
  await expect.poll(async () => (await mine(), seen()), { timeout: 10_000 }).toBeGreaterThan(before);
  await readToHead();
});
afterEach(async () => {
  await stop();
  await anvil.close();
  await database.close();
});

const mine = () => anvil.chain.provider.send('evm_mine', []);
const chainId = () => anvil.chain.chainId;
const head = async () => Number(await anvil.chain.provider.send('eth_blockNumber', []));
const readToHead = () =>
  expect.poll(async () => (await readCursor(database.db, chainId(), 0)) - (await head()), { timeout: 10_000 }).toBe(1);

async function expectSameHashes(): Promise<void> {
  const stored = await readStoredHeaders(database.db, chainId(), 100);
  const shown = await Promise.all(
    stored.map(async ({ number }) => (await anvil.chain.provider.getBlock(number))?.hash ?? null),
  );
  expect(stored.map(({ hash }) => hash as string)).toEqual(shown);
  expect(stored.at(-1)?.number).toBe(0);
}

it('has each block that it is told of', async () => {
  outcomes.length = 0;
  for (let block = 0; block < 5; block++) {
    await mine();
    await readToHead();
  }
  await expectSameHashes();
  expect(new Set(outcomes)).toEqual(new Set(['atHead']));
});

it('undoes a fork that it is told of', async () => {
  for (let block = 0; block < 4; block++) await mine();
  await readToHead();
  outcomes.length = 0;
  await anvil.chain.provider.send('anvil_reorg', [3, []]);
  await mine();
  await expect.poll(() => outcomes.includes('reorg'), { timeout: 10_000 }).toBe(true);
  await readToHead();
  await expectSameHashes();
});

it('finds out that another node on the database has undone what it remembers', async () => {
  for (let block = 0; block < 3; block++) await mine();
  await readToHead();
  await undoBlocks(database.db, chainId(), (await head()) - 2);
  await mine();
  await readToHead();
  await expectSameHashes();
  expect(outcomes).toContain('failed');
});
