import { AbiCoder, Interface, keccak256 } from 'ethers';
import { expect, test } from 'vitest';
import { AuctionProgress } from './auctionProgress.js';
import type { ChainEvent } from './eventFeed.js';

const hash = (byte: string): string => `0x${byte.repeat(32)}`;
const AUCTION = hash('aa');
const PLAN = hash('bb');
const SPOKE = 2;
const LEG = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint32'], [PLAN, SPOKE]));

const EVENTS = new Interface([
  'event PlanCommitted(bytes32 indexed auctionId, bytes32 indexed planHash, (bytes32 auctionId, (uint32 spoke, (uint8 tier, uint128 amount)[] fills)[] legs) plan)',
  'event CapitalCalled(bytes32 indexed legId, bytes32 indexed auctionId, (uint8 tier, uint32 gen, uint128 amount)[] fills)',
  'event LegSettled(bytes32 indexed legId, bytes32 indexed auctionId, (uint128 used, uint128 collateral)[] results, bool ended)',
  'event LegReleased(bytes32 indexed legId, bytes32 indexed auctionId, (uint128 used, uint128 collateral)[] results, uint128 refund)',
  'event LegExpired(bytes32 indexed legId, bytes32 indexed auctionId)',
  'event ResultRecorded(bytes32 indexed legId, uint8 tier, bool complete)',
]);

function event(name: string, values: readonly unknown[]): ChainEvent {
  const parsed = EVENTS.parseLog(EVENTS.encodeEventLog(name, values));
  if (!parsed) throw new Error(`no event ${name}`);
  return { chain: 'hub', address: '', name, args: parsed.args, blockNumber: 1 };
}

const plan = (auction = AUCTION): ChainEvent => {
  const fills = [
    [1, 100],
    [3, 50],
  ];
  return event('PlanCommitted', [auction, PLAN, [auction, [[SPOKE, fills]]]]);
};
const called = event('CapitalCalled', [
  LEG,
  AUCTION,
  [
    [1, 0, 100],
    [3, 0, 50],
  ],
]);
const result = (tier: number, complete: boolean): ChainEvent => event('ResultRecorded', [LEG, tier, complete]);

test('a leg is home once each of its calls has its whole result', () => {
  const progress = new AuctionProgress(AUCTION);
  expect(progress.allHome).toBe(false);
  for (const each of [plan(), called]) expect(progress.take(each)).toBe(true);
  progress.take(
    event('LegSettled', [
      LEG,
      AUCTION,
      [
        [100, 7],
        [20, 2],
      ],
      false,
    ]),
  );
  progress.take(
    event('LegReleased', [
      LEG,
      AUCTION,
      [
        [100, 7],
        [20, 2],
      ],
      30,
    ]),
  );
  expect(progress.legs.get(LEG)).toMatchObject({
    drawn: 150n,
    used: [100n, 20n],
    collateral: 9n,
    refunded: 30n,
    ended: true,
  });

  progress.take(result(1, true));
  progress.take(result(3, false));
  expect(progress.allHome).toBe(false);
  progress.take(result(3, true));
  expect(progress.allHome).toBe(true);
});

test('a call that is read before its plan counts', () => {
  const progress = new AuctionProgress(AUCTION);
  expect(progress.take(called)).toBe(false);
  progress.take(plan());
  expect(progress.legs.get(LEG)).toMatchObject({ drawn: 150n, openCalls: 2 });
});

test('a leg that expired without a call has nothing to bring home', () => {
  const progress = new AuctionProgress(AUCTION);
  progress.take(plan());
  expect(progress.allHome).toBe(false);
  progress.take(event('LegExpired', [LEG, AUCTION]));
  expect(progress.allHome).toBe(true);
});

test('other auctions are passed over', () => {
  const progress = new AuctionProgress(AUCTION);
  expect(progress.take(plan(hash('cc')))).toBe(false);
  expect(progress.legs.size).toBe(0);
});
