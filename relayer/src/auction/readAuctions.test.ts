import { expect, it } from 'vitest';
import { legId as legIdOf, toPlanHash, toSpokeId, ZERO_PLAN_HASH } from '@ala/shared/ids';
import { KIND_LEG_REFUNDED, KIND_LEG_SETTLED } from '@ala/shared/messageCodec';
import { foldLegs } from './readAuctions.js';

type Commits = Parameters<typeof foldLegs>[0];
type Events = Parameters<typeof foldLegs>[1];

const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const planHash = toPlanHash(bytes32(0xab));
const spoke = toSpokeId(3);
const legId = legIdOf(planHash, spoke);
const message = '0x0101';
const CALL_BY = 1_000;

function commit(lapseReason: number | null = null): Commits[number] {
  const plan = {
    auctionId: bytes32(0xaa),
    round: 0,
    basket: 1,
    prevPlan: ZERO_PLAN_HASH,
    priceE36: '1',
    snapshotHash: bytes32(2),
    callBy: CALL_BY,
    operatorSetId: 1,
    legs: [{ spoke, fills: [{ tier: 0, amount: '10' }] }],
  };
  const { auctionId, basket, prevPlan, callBy } = plan;
  const at = { chainId: 1, blockNumber: 1, logIndex: 0 };
  return { ...at, planHash, prevPlan, basket, auctionId, lapseReason, callBySec: callBy, plan, snapshot: {} };
}

function events(...happened: [kind: Events[number]['kind'], data?: object][]): Events {
  return happened.map(([kind, data = {}], index) => ({
    chainId: 1,
    blockNumber: 2 + index,
    logIndex: 0,
    legId,
    auctionId: bytes32(0xaa),
    kind,
    data,
    timestampSec: 500 + index,
  }));
}

const arrived: [Events[number]['kind'], object] = ['arrived', { spoke: '3', message }];
const results = (used: bigint) => [{ used: String(used), collateral: String(used * 2n) }];
const fold = (commits: Commits, happened: Events) => foldLegs(commits, happened)[0];

it('knows a leg from its plan, before anything came', () => {
  expect(fold([commit()], events(['called']))).toMatchObject({
    legId,
    spoke,
    committed: true,
    callBySec: CALL_BY,
    record: null,
  });
});

it('does not count a leg of a lapsed plan as committed', () => {
  expect(fold([commit(1)], events(arrived))).toMatchObject({ committed: false, record: { message } });
});

it('knows a leg that arrived before its plan, or without one', () => {
  expect(fold([], events(arrived))).toMatchObject({
    legId,
    spoke,
    committed: false,
    callBySec: null,
    arrivedAtSec: 500,
  });
});

it('keeps the record of a partly used leg for the next settlement', () => {
  const leg = fold([commit()], events(arrived, ['settled', { results: results(4n), fee: '1', ended: false }]));
  expect(leg).toMatchObject({ ended: false, due: [], record: { results: [{ used: 4n, collateral: 8n }], fee: 1n } });
});

it('owes collateral for a leg that was wholly used', () => {
  const leg = fold([commit()], events(arrived, ['settled', { results: results(10n), fee: '1', ended: true }]));
  expect(leg).toMatchObject({ ended: true, due: ['settled'], dispatched: [] });
});

it('owes a refund for a leg that was released, and collateral too if a part was used', () => {
  expect(fold([commit()], events(arrived, ['released']))).toMatchObject({ ended: true, due: ['refunded'] });
  const partly: [Events[number]['kind'], object] = ['settled', { results: results(4n), fee: '0', ended: false }];
  expect(fold([commit()], events(arrived, partly, ['released']))).toMatchObject({ due: ['settled', 'refunded'] });
});

it('counts the receipts that were sent', () => {
  const sent = [KIND_LEG_SETTLED, KIND_LEG_REFUNDED].map((kind): ['dispatched', object] => [
    'dispatched',
    { kind: String(kind) },
  ]);
  const leg = fold([commit()], events(arrived, ['released'], ...sent));
  expect(leg?.dispatched).toEqual(['settled', 'refunded']);
});

it('shows a leg that expired and came all the same', () => {
  expect(fold([commit()], events(['expired'], arrived))).toMatchObject({
    expired: true,
    ended: false,
    record: { message },
  });
});
