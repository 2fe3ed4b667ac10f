import { afterEach, expect, it } from 'vitest';
import { toAddress, toAuctionId, toBasketId, toHash, toLegId, toPlanHash, toSpokeId, toTier } from '@ala/shared/ids';
import { hubInterface, spokeInterface } from '../chain/contracts.js';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';
import { prepareCall, prepareCommit, type SignedPlan } from './planEffects.js';

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
  readonly hasLiveSuccessor?: boolean;
  readonly anyLegCalled?: boolean;
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
    hasLiveSuccessor = false,
    anyLegCalled = false,
  } = change;
  node = await startFakeNode({
    eth_call: () => hubInterface.encodeFunctionResult('headOf', [head]),
    eth_getBlockByNumber: () => blockAt(nowSec),
  });
  const hub = toAddress(`0x${'01'.repeat(20)}`);
  return prepareCommit({ provider: node.provider, hub, signed, seenOnHub, hasLiveSuccessor, anyLegCalled });
}

async function statusOf(change: Change) {
  return (await prepare(change)).status;
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

it('lets a late plan not take the place of one signed since, but lapse for one that stands on it', async () => {
  expect(await statusOf({ nowSec: CALL_BY + 1 })).toBe('obsolete');
  await node?.close();
  expect(await statusOf({ nowSec: CALL_BY + 1, hasLiveSuccessor: true })).toBe('send');
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

it('calls nothing for a plan whose snapshot a reorg removed, and gives the call up once it is too late', async () => {
  const call = async (nowSec: number) => {
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
      snapshotStands: false,
      lapsed: false,
      sender: toAddress(`0x${'03'.repeat(20)}`),
    });
  };
  expect(await call(CALL_BY)).toMatchObject({ status: 'notReady' });
  await node?.close();
  expect(await call(CALL_BY + 1)).toEqual({ status: 'obsolete', reason: 'past callBy' });
});
