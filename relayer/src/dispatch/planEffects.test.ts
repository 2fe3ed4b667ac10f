import { afterEach, expect, it } from 'vitest';
import { toAddress, toAuctionId, toBasketId, toHash, toLegId, toPlanHash, toSpokeId, toTier } from '@ala/shared/ids';
import { hubInterface, spokeInterface } from '../chain/contracts.js';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';
import type { OutboxState } from './outboxState.js';
import { prepareCall, prepareCommit, type CallArgs, type SignedPlan } from './planEffects.js';

let node: FakeNode | undefined;
afterEach(() => node?.close());

const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const prevPlan = toPlanHash(bytes32(1));
const CALL_BY = 1_000;
const signed: SignedPlan = {
  plan: {
    auctionId: toAuctionId(bytes32(0xaa)),
    round: 0,
    basket: toBasketId(1),
    prevPlan,
    priceE36: 1n,
    snapshotHash: toHash(bytes32(2)),
    callBy: CALL_BY,
    operatorSetId: 1,
    legs: [{ spoke: toSpokeId(1), fills: [{ tier: toTier(0), amount: 1n }] }],
  },
  snapshot: { hubBlock: 1, hubTimestamp: 900, hubHash: toHash(bytes32(3)), spokes: [] },
  signatures: [],
};

interface Change {
  readonly head?: string;
  readonly nowSec?: number;
  readonly seenOnHub?: boolean;
  /** Of the block that is being built; the head, unless it says so. */
  readonly pendingHead?: string;
  readonly prevCommit?: OutboxState;
  readonly isNeeded?: boolean;
  readonly anyLegCalled?: boolean;
  readonly anyCallSigned?: boolean;
}

const blockAt = (nowSec: number) => ({
  number: '0x7',
  hash: bytes32(7),
  parentHash: bytes32(6),
  timestamp: `0x${nowSec.toString(16)}`,
});

async function prepare(change: Change) {
  const {
    head = prevPlan,
    nowSec = CALL_BY,
    seenOnHub = false,
    pendingHead = head,
    prevCommit = null,
    isNeeded = false,
    anyLegCalled = false,
    anyCallSigned = true,
  } = change;
  node = await startFakeNode({
    eth_call: ([, block]) => hubInterface.encodeFunctionResult('headOf', [block === 'pending' ? pendingHead : head]),
    eth_getBlockByNumber: () => blockAt(nowSec),
  });
  const hub = toAddress(`0x${'01'.repeat(20)}`);
  return prepareCommit({
    provider: node.provider,
    hub,
    signed,
    seenOnHub,
    prevCommit,
    isNeeded: () => Promise.resolve(isNeeded),
    anyLegCalled,
    anyCallSigned: () => Promise.resolve(anyCallSigned),
  });
}

async function statusOf(change: Change) {
  return (await prepare(change)).status;
}

/** Neither called before, nor for a fee. */
async function callAt(nowSec: number, change: Partial<CallArgs>) {
  node = await startFakeNode({
    eth_call: () => spokeInterface.encodeFunctionResult('calledAt', [0n]),
    eth_getBlockByNumber: () => blockAt(nowSec),
  });
  return prepareCall({
    provider: node.provider,
    spokeAddress: toAddress(`0x${'02'.repeat(20)}`),
    spoke: toSpokeId(1),
    legId: toLegId(bytes32(4)),
    signed,
    commitState: 'pending',
    commitRefused: false,
    prevWaits: false,
    snapshotStands: true,
    lapsed: false,
    sender: toAddress(`0x${'03'.repeat(20)}`),
    ...change,
  });
}

it('commits a plan on the head, and asks nothing once the hub has shown it', async () => {
  expect(await statusOf({})).toBe('send');
  await node?.close();
  expect(await statusOf({ seenOnHub: true })).toBe('done');
  expect(node?.asked).toEqual([]);
});

it('waits while another plan is the head, until callBy', async () => {
  expect(await statusOf({ head: bytes32(9) })).toBe('notReady');
  await node?.close();
  expect(await statusOf({ head: bytes32(9), nowSec: CALL_BY + 1 })).toBe('obsolete');
});

it('follows a plan of this node that waits for a block, where the chain shows what does', async () => {
  const change = { head: bytes32(9), pendingHead: prevPlan };
  expect(await prepare({ ...change, prevCommit: 'broadcast' })).toMatchObject({
    status: 'send',
    call: { onPending: true },
  });
  await node?.close();
  expect(await prepare({})).toMatchObject({ status: 'send', call: { onPending: false } });
  await node?.close();
  expect(await statusOf({ ...change, pendingHead: bytes32(9), prevCommit: 'broadcast' })).toBe('notReady');
  await node?.close();
  // Nothing of ours is on its way: whoever's it is may never come.
  expect(await statusOf(change)).toBe('notReady');
});

it('waits past callBy for the plan before it as long as that is coming, and never for one that does not', async () => {
  const change = { head: bytes32(9), nowSec: CALL_BY + 1, anyLegCalled: true };
  expect(await statusOf({ ...change, prevCommit: 'broadcast' })).toBe('notReady');
  await node?.close();
  expect(await statusOf({ ...change, prevCommit: 'broadcast', anyLegCalled: false })).toBe('obsolete');
  await node?.close();
  expect(await statusOf({ ...change, prevCommit: 'done' })).toBe('obsolete');
  await node?.close();
  expect(await statusOf({ ...change, prevCommit: 'obsolete' })).toBe('obsolete');
});

it('reserves for no plan whose calls wait for the one before it and could hardly come in time', async () => {
  // Cleared at 900: a quarter of the time is left.
  const waits = { head: bytes32(9), pendingHead: prevPlan, prevCommit: 'broadcast' } as const;
  const change = { ...waits, anyCallSigned: false };
  expect(await statusOf({ ...change, nowSec: 975 })).toBe('send');
  await node?.close();
  expect(await statusOf({ ...change, nowSec: 976 })).toBe('notReady');
  await node?.close();
  expect(await statusOf({ ...change, head: prevPlan, nowSec: 976 })).toBe('send');
  await node?.close();
  expect(await statusOf({ ...waits, nowSec: 976 })).toBe('send');
  await node?.close();
  expect(await statusOf({ ...change, nowSec: 976, anyLegCalled: true })).toBe('send');
  await node?.close();
  expect(await statusOf({ ...change, nowSec: 976, isNeeded: true })).toBe('send');
  await node?.close();
  expect(await statusOf({ ...change, nowSec: CALL_BY + 1 })).toBe('obsolete');
});

it('lets a late plan not take the place of one signed since, but lapse for one that stands on it', async () => {
  expect(await statusOf({ nowSec: CALL_BY + 1 })).toBe('obsolete');
  await node?.close();
  expect(await statusOf({ nowSec: CALL_BY + 1, isNeeded: true })).toBe('send');
});

it('hands in a late plan of which a leg was called, so that its market counts it', async () => {
  expect(await statusOf({ nowSec: CALL_BY + 1, anyLegCalled: true })).toBe('send');
  await node?.close();
  expect(await statusOf({ head: bytes32(9), nowSec: CALL_BY + 1, anyLegCalled: true })).toBe('obsolete');
});

it('keeps a late plan whose leg was called until the hub does not know its auction, its block or its operators any more', async () => {
  expect(await prepare({ nowSec: CALL_BY })).toMatchObject({ call: { finalErrors: [] } });
  expect(await prepare({ nowSec: CALL_BY + 1, anyLegCalled: true })).toMatchObject({
    status: 'send',
    call: { finalErrors: ['AuctionUnknown', 'SnapshotBeforeOpening', 'OperatorSetExpired'] },
  });
});

it.each(['prevWaits', 'commitRefused'] as const)(
  'calls nothing while %s, and gives the call up once it is too late',
  async (why) => {
    expect(await callAt(CALL_BY, { [why]: true })).toMatchObject({ status: 'notReady' });
    await node?.close();
    expect(await callAt(CALL_BY + 1, { [why]: true })).toEqual({ status: 'obsolete', reason: 'past callBy' });
  },
);

it('calls nothing for a plan whose snapshot a reorg removed, and gives the call up once it is too late', async () => {
  expect(await callAt(CALL_BY, { snapshotStands: false })).toMatchObject({ status: 'notReady' });
  await node?.close();
  expect(await callAt(CALL_BY + 1, { snapshotStands: false })).toEqual({ status: 'obsolete', reason: 'past callBy' });
});
