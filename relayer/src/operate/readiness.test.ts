import { expect, it } from 'vitest';
import { readinessProblems, type ReadinessArgs } from './readiness.js';
import type { LiveEffects, Work } from './work.js';

const NOW_MS = 1_800_000_000_000;
const NOW_SEC = NOW_MS / 1000;

const due = (overdueSec: number): LiveEffects => ({
  chainId: 7,
  kind: 'settle',
  state: 'pending',
  count: 1,
  oldestSec: 9_999,
  overdueSec,
});

const work = (change: Partial<Work> = {}): Work => ({
  effects: [due(300)],
  lastBlocks: new Map([[7, { number: 5, timestampSec: NOW_SEC - 60, finalNumber: null }]]),
  ...change,
});

const problems = (change: Partial<ReadinessArgs> = {}): string[] =>
  readinessProblems({
    limits: { maxChainLagSec: 60, maxOverdueSec: 300 },
    nowMs: NOW_MS,
    missing: null,
    lastAtHead: new Map([['hub', NOW_MS - 60_000]]),
    chainProblems: new Map(),
    signers: [{ chain: 'hub', problem: null }],
    haltedChains: new Map(),
    names: new Map([[7, 'hub']]),
    work: work(),
    ...change,
  });

it('is ready at every limit', () => {
  expect(problems()).toEqual([]);
});

it('is ready while an old effect waits for a time to come', () => {
  expect(problems({ work: work({ effects: [due(0)] }) })).toEqual([]);
});

it.each([
  ['what a start waits for, and nothing else', { missing: 'the database', work: null }, /^waiting for the database/],
  ['a chain never read to its head', { lastAtHead: new Map([['hub', null]]) }, /^hub: not read to its head/],
  [
    'a chain whose RPC has gone',
    { lastAtHead: new Map([['hub', NOW_MS - 61_000]]) },
    /^hub: last at its head 61 s ago/,
  ],
  [
    'why a chain is not read',
    { lastAtHead: new Map([['hub', null]]), chainProblems: new Map([['hub', 'connect ECONNREFUSED']]) },
    /^hub: not read to its head since the start: connect ECONNREFUSED$/,
  ],
  ['a chain that is halted', { haltedChains: new Map([['hub', 'left out']]) }, /^hub: halted: left out$/],
  [
    'a chain that stands still',
    { work: work({ lastBlocks: new Map([[7, { number: 5, timestampSec: NOW_SEC - 61, finalNumber: null }]]) }) },
    /^hub: block 5, the last one, is 61 s old/,
  ],
  ['a lane that does not move', { work: work({ effects: [due(0), due(301)] }) }, /^hub: an effect is due since 301 s/],
  ['a signer that cannot pay', { signers: [{ chain: 'hub', problem: 'cannot pay' }] }, /^hub: cannot pay$/],
  ['a database that does not answer', { work: null }, /^the database does not answer/],
] as const)('names %s', (_, change, expected) => {
  const found = problems(change);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(expected);
});
