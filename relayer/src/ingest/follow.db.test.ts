import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import type { ChainDeployment, Deployment } from '@ala/shared/deployment';
import { toChainId } from '@ala/shared/ids';
import { openChain } from '../chain/chain.js';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';
import { openDatabase, type Database } from '../db/client.js';
import { readCursor } from './cursor.js';
import { followChain, type FollowArgs } from './follow.js';

const CHAIN = toChainId(1);
const testDatabase = useTestDatabase();
let database: Database;
let node: FakeNode;
beforeAll(() => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
});
afterEach(() => node.close());
afterAll(() => database.close());

it('takes nothing from another chain, and begins once the right one is behind the URL', async () => {
  let served = '0xa';
  const bytes32 = (byte: string) => `0x${byte.repeat(32)}`;
  node = await startFakeNode({
    eth_chainId: () => served,
    eth_getBlockByNumber: () => ({ number: '0x0', hash: bytes32('11'), parentHash: bytes32('00'), timestamp: '0x1' }),
    eth_getLogs: () => [],
  });
  const lines: string[] = [];
  const outcomes: Parameters<FollowArgs['onStep']>[0][] = [];
  const stop = new AbortController();
  const chain = openChain({ name: 'hub', chainId: CHAIN, rpcUrl: node.url, startBlock: 0 } as ChainDeployment);
  const following = followChain({
    chain,
    deployment: { hub: { chain: 'other' }, spokes: [] } as unknown as Deployment,
    db: database.db,
    log: pino({ base: null }, { write: (line: string) => lines.push(line) }),
    pollIntervalMs: 10,
    signal: stop.signal,
    cause: () => Promise.resolve([]),
    onWritten: () => undefined,
    onStep: (outcome) => outcomes.push(outcome),
  });
  await expect.poll(() => outcomes.length).toBeGreaterThan(1);
  expect(new Set(outcomes)).toEqual(new Set(['failed']));
  expect(new Set(node.asked)).toEqual(new Set(['eth_chainId']));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('serves chain 10, not 1');
  expect(await readCursor(database.db, CHAIN, 0)).toBe(0);

  served = '0x1';
  await expect.poll(() => outcomes.includes('atHead'), { timeout: 10_000 }).toBe(true);
  expect(await readCursor(database.db, CHAIN, 0)).toBe(1);
  stop.abort();
  await following;
  chain.provider.destroy();
});
