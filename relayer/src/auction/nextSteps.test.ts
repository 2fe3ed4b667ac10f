import { describe, expect, it } from 'vitest';
import { toAuctionId, toBasketId, toChainId, toLegId, toSpokeId } from '@ala/shared/ids';
import type { LegRecord } from '../dispatch/intent.js';
import type { AuctionView, HubTerms, LegView } from './auctionView.js';
import { isOver, nextSteps, wantsCapital } from './nextSteps.js';

const NOW = 1_000;
const spoke = toSpokeId(1);
const terms: HubTerms = {
  hubChainId: toChainId(31337),
  callWindowSec: 120,
  maxSnapshotAgeSec: 120,
  settleWindowSec: 300,
  routeTimeoutSec: new Map([[spoke, 60]]),
};
const legId = toLegId(`0x${'11'.repeat(32)}`);
const record: LegRecord = { legId, message: '0x0101', results: [], fee: 0n };
const used: LegRecord = { ...record, results: [{ used: 5n, collateral: 4n }] };

function leg(change: Partial<LegView> = {}): LegView {
  return {
    legId,
    spoke,
    committed: true,
    callBySec: NOW,
    arrivedAtSec: null,
    expired: false,
    ended: false,
    record: null,
    due: [],
    dispatched: [],
    ...change,
  };
}

function auction(change: Partial<AuctionView> = {}): AuctionView {
  return {
    auctionId: toAuctionId(`0x${'aa'.repeat(32)}`),
    basket: toBasketId(1),
    opened: true,
    debtToCover: 100n,
    debtCovered: 0n,
    deadlineSec: NOW + 1_000,
    closed: false,
    legs: [],
    settlementUnderWay: false,
    ...change,
  };
}

const steps = (view: AuctionView, nowSec = NOW) => nextSteps(view, terms, nowSec).map(({ intent }) => intent);
const arrived = { record, arrivedAtSec: NOW - 1 };

describe('settling', () => {
  it('takes every leg that is committed and arrived into one settlement', () => {
    const other = { ...record, legId: toLegId(`0x${'22'.repeat(32)}`) };
    const legs = [
      leg(arrived),
      leg({ ...arrived, legId: other.legId, record: other }),
      leg({ legId: toLegId(`0x${'33'.repeat(32)}`) }),
    ];
    expect(steps(auction({ legs }))).toEqual([
      { kind: 'settle', auctionId: auction().auctionId, legs: [record, other] },
    ]);
  });

  it('gives the legs in the order of their spokes, as the hub wants them', () => {
    const legs = [3, 1, 2, 1].map((id, index) => {
      const own = { ...record, legId: toLegId(`0x${`4${index}`.repeat(32)}`) };
      return leg({ ...arrived, spoke: toSpokeId(id), legId: own.legId, record: own });
    });
    const [third, first, second, alsoFirst] = legs.map((each) => each.record);
    expect(steps(auction({ legs }))).toEqual([
      { kind: 'settle', auctionId: auction().auctionId, legs: [first, alsoFirst, second, third] },
    ]);
  });

  it('waits while a settlement is under way', () => {
    expect(steps(auction({ legs: [leg(arrived)], settlementUnderWay: true }))).toEqual([]);
  });

  it.each([
    ['not committed', { committed: false }],
    ['expired', { expired: true }],
    ['ended', { ended: true }],
  ])('leaves out a leg that is %s', (_, change) => {
    expect(steps(auction({ legs: [leg({ ...arrived, ...change })] })).map((step) => step.kind)).not.toContain('settle');
  });
});

describe('ending', () => {
  it('closes a covered auction, and one past its deadline, but no other', () => {
    expect(steps(auction({ debtCovered: 100n })).map((step) => step.kind)).toEqual(['close']);
    expect(steps(auction(), NOW + 1_001).map((step) => step.kind)).toEqual(['close']);
    expect(steps(auction(), NOW + 1_000)).toEqual([]);
    expect(steps(auction({ closed: true }), NOW + 1_001)).toEqual([]);
  });

  it('releases what is unused once the auction is closed, the leg expired, its plan lapsed or the settle window over', () => {
    const release = [{ kind: 'release', legs: [record] }];
    expect(steps(auction({ closed: true, legs: [leg(arrived)] }))).toEqual(release);
    expect(steps(auction({ legs: [leg({ ...arrived, expired: true })] }))).toEqual(release);
    expect(steps(auction({ legs: [leg({ ...arrived, committed: false })] }))).toEqual(release);
    const uncommitted = auction({ legs: [leg({ ...arrived, committed: false, callBySec: null })] });
    expect(steps(uncommitted, NOW - 1 + 300)).toEqual([]);
    expect(steps(uncommitted, NOW + 300)).toEqual(release);
  });

  it('expires a leg that is not here past its timeout, be its plan committed or lapsed', () => {
    const lapsed = auction({ closed: true, legs: [leg({ committed: false })] });
    expect(steps(lapsed, NOW + 60)).toEqual([]);
    expect(steps(lapsed, NOW + 61)).toEqual([{ kind: 'expire', legId }]);
    const unrouted = { spoke: toSpokeId(9) };
    expect(steps(auction({ legs: [leg({ ...unrouted, committed: false })] }), NOW + 1)).toEqual([
      { kind: 'expire', legId },
    ]);
    expect(steps(auction({ legs: [leg(unrouted)] }), NOW + 61)).toEqual([]);
    expect(steps(auction({ legs: [leg()] }), NOW + 60)).toEqual([]);
    expect(steps(auction({ legs: [leg()] }), NOW + 61)).toEqual([{ kind: 'expire', legId }]);
    expect(steps(auction({ legs: [leg({ expired: true })] }), NOW + 61)).toEqual([]);
  });

  it('only releases and sends home what came for an auction that a reorg has removed', () => {
    const orphan = {
      opened: false,
      debtToCover: 0n,
      deadlineSec: 0,
      legs: [leg({ ...arrived, committed: false, callBySec: null })],
    };
    expect(steps(auction(orphan))).toEqual([]);
    expect(steps(auction(orphan), NOW + 300)).toEqual([{ kind: 'release', legs: [record] }]);
    expect(wantsCapital(auction(orphan), 0)).toBe(false);
  });

  it('dispatches each receipt that is due, once', () => {
    const ended = leg({ ...arrived, record: used, ended: true, due: ['settled', 'refunded'] });
    expect(steps(auction({ closed: true, legs: [ended] }))).toEqual([
      { kind: 'dispatch', receipt: 'settled', spoke, leg: used },
      { kind: 'dispatch', receipt: 'refunded', spoke, leg: used },
    ]);
    expect(steps(auction({ closed: true, legs: [{ ...ended, dispatched: ['settled', 'refunded'] }] }))).toEqual([]);
  });
});

it('wants capital while the auction is open, uncovered and before its deadline', () => {
  expect(wantsCapital(auction(), NOW)).toBe(true);
  expect(wantsCapital(auction({ closed: true }), NOW)).toBe(false);
  expect(wantsCapital(auction({ debtCovered: 100n }), NOW)).toBe(false);
  expect(wantsCapital(auction(), NOW + 1_001)).toBe(false);
});

describe('being over', () => {
  const owing = leg({ ...arrived, ended: true, due: ['refunded'] });

  it('needs the close, every receipt of what came to be on its way, and no leg that may still come', () => {
    expect(isOver(auction())).toBe(false);
    expect(isOver(auction({ closed: true, legs: [leg()] }))).toBe(false);
    expect(isOver(auction({ closed: true, legs: [leg({ expired: true })] }))).toBe(true);
    expect(isOver(auction({ closed: true, legs: [leg(arrived)] }))).toBe(false);
    expect(isOver(auction({ closed: true, legs: [owing] }))).toBe(false);
    expect(isOver(auction({ closed: true, legs: [{ ...owing, dispatched: ['refunded'] }] }))).toBe(true);
  });
});
