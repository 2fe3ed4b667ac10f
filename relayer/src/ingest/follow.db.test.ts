import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChainDeployment, Deployment } from '@ala/shared/deployment';
import { toChainId } from '@ala/shared/ids';
import { openChain } from '../chain/chain.js';
import { startFakeNode, type Answer, type FakeNode } from '../chain/fakeNode.js';
import { blocks, cursors } from '../db/chainTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { readCursor } from './cursor.js';
import { followChain, type FollowArgs } from './follow.js';

const CHAIN = toChainId(1);
const database = useOpenDatabase();
let node: FakeNode;
let stop: () => Promise<void>;
beforeEach(async () => {
  await database.db.delete(blocks);
  await database.db.delete(cursors);
});
afterEach(async () => {
  await stop();
  await node.close();
});

/** Follows a node with these answers; what is written and told of comes into the two lists. */
async function follow(answers: Readonly<Record<string, Answer>>, finality: FollowArgs['finality'] = 64) {
  node = await startFakeNode({ eth_chainId: () => '0x1', eth_getLogs: () => [], ...answers });
  const lines: string[] = [];
  const outcomes: Parameters<FollowArgs['onStep']>[0][] = [];
  const aborted = new AbortController();
  const chain = openChain({ name: 'hub', chainId: CHAIN, rpcUrl: node.url, startBlock: 0 } as ChainDeployment);
  const following = followChain({
    chain,
    deployment: { hub: { chain: 'other' }, spokes: [] } as unknown as Deployment,
    db: database.db,
    log: pino({ base: null }, { write: (line: string) => lines.push(line) }),
    finality,
    acceptReorgTo: null,
    pollIntervalMs: 10,
    signal: aborted.signal,
    cause: () => Promise.resolve([]),
    onWritten: () => undefined,
    onStep: (outcome) => outcomes.push(outcome),
  });
  stop = async () => {
    aborted.abort();
    await following;
    chain.provider.destroy();
  };
  return { lines, outcomes };
}

it('takes nothing from another chain, and begins once the right one is behind the URL', async () => {
  let served = '0xa';
  const bytes32 = (byte: string) => `0x${byte.repeat(32)}`;
  const { lines, outcomes } = await follow({
    eth_chainId: () => served,
    eth_getBlockByNumber: () => ({ number: '0x0', hash: bytes32('11'), parentHash: bytes32('00'), timestamp: '0x1' }),
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
});

it('halts at a fork below what is final, undoes nothing, says so once, and goes on when the chain is back', async () => {
  let [head, forkedAbove] = [9, 9];
  const hash = (number: number) => `0x${(number > forkedAbove ? number + 100 : number).toString(16).padStart(64, '0')}`;
  const { lines, outcomes } = await follow(
    {
      eth_getBlockByNumber: ([tag]) => {
        const number = tag === 'latest' ? head : Number(tag);
        const hex = `0x${number.toString(16)}`;
        return { number: hex, hash: hash(number), parentHash: hash(Math.max(0, number - 1)), timestamp: hex };
      },
    },
    3,
  );
  await expect.poll(() => readCursor(database.db, CHAIN, 0)).toBe(10);

  [head, forkedAbove] = [10, 5];
  await expect.poll(() => outcomes.filter((outcome) => outcome === 'halted').length).toBeGreaterThan(1);
  expect(await readCursor(database.db, CHAIN, 0)).toBe(10);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('block 6 of hub was final');

  // Block 6 is ours again, and what is above it may be undone.
  forkedAbove = 6;
  await expect.poll(() => outcomes.includes('reorg'), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => readCursor(database.db, CHAIN, 0)).toBe(11);
  expect(await database.db.$count(blocks)).toBe(11);
});

it('says once that what its only endpoint answers does not fit together, if it lasts', async () => {
  const { lines, outcomes } = await follow({
    eth_getBlockByNumber: ([tag]) =>
      tag === 'latest'
        ? { number: '0x9', hash: `0x${'22'.repeat(32)}`, parentHash: `0x${'11'.repeat(32)}`, timestamp: '0x1' }
        : null,
  });
  await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBeGreaterThan(2);
  expect(lines).toEqual([]);
  await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBeGreaterThan(4);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('block 0 is gone');
});
