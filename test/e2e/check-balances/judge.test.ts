import { expect, test } from 'vitest';
import type { World } from './facts.js';
import { judge } from './judge.js';
import { COLLATERAL, DEBT, world } from './worldFixture.js';

type Draft<T> =
  T extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Draft<Value>>
    : T extends object
      ? { -readonly [Field in keyof T]: Draft<T[Field]> }
      : T;

function doctored(change: (draft: Draft<World>) => void): World {
  const draft = structuredClone(world) as Draft<World>;
  change(draft);
  return draft;
}

test('a liquidation in the middle is accounted for to the last unit', () => {
  const report = judge(world);
  expect(report.failures).toEqual([]);
  expect(report.ok).toBe(true);
  const [debt, collateral] = report.tables;
  expect(debt?.rows.map((row) => [row.place, ...row.amounts])).toEqual([
    [
      'spoke 1 (spokeA)',
      ...[1_020_000n, 30_000n, 290_000n, 40_000n, 50_000n, 0n, 60_000n, 300_000n, 10_000n, 80_000n, 160_000n, 0n],
    ],
    ['spoke 3 (hub)', 500_000n, 0n, 300_000n, 0n, 0n, 100_000n, 0n, 100_000n, 0n, 0n, 0n, 0n],
    [
      'all chains',
      ...[1_520_000n, 30_000n, 590_000n, 40_000n, 50_000n, 100_000n, 60_000n, 400_000n, 10_000n, 80_000n, 160_000n, 0n],
    ],
  ]);
  expect(collateral?.rows.map((row) => [row.place, ...row.amounts])).toEqual([
    ['spoke 1 (spokeA)', 150_900n, 750n, 150_000n, 0n, 0n, 150n, 0n, 0n],
    ['spoke 3 (hub)', 50_550n, 0n, 0n, 50_500n, 0n, 0n, 50n, 0n],
    ['all chains', 201_450n, 750n, 150_000n, 50_500n, 0n, 150n, 50n, 0n],
  ]);
});

const cases: [what: string, change: (draft: Draft<World>) => void, failures: RegExp[]][] = [
  [
    'a deposit that stands nowhere',
    (draft) => (draft.spokes[0]!.bids[0]!.amount += 1_000n),
    [
      /deposits = .*: tUSD on spoke 1 \(spokeA\): expected 1021000, found 1020000, difference -1000 /,
      /tUSD on all chains/,
    ],
  ],
  [
    'a refund that was bid again counted as a deposit',
    (draft) => (draft.spokes[0]!.bids[5]!.isContinued = false),
    [/deposits = .* expected 1030000, found 1020000/],
  ],
  [
    'a refund that was bid again counted as paid out',
    (draft) => (draft.spokes[0]!.rebids = []),
    [/deposits = .* expected 1020000, found 1030000/],
  ],
  [
    'an exit that nobody can collect',
    (draft) => (draft.spokes[0]!.bids[3]!.collectable -= 1_000n),
    [/deposits = .* expected 1020000, found 1019000/],
  ],
  [
    'a pool in which more waits than bids that entered',
    (draft) => (draft.spokes[0]!.pools[0]!.entering += 7n),
    [/entering of a pool = .* expected 30007, found 30000/],
  ],
  [
    'bids that stand by with more than their pool',
    (draft) => (draft.spokes[0]!.bids[1]!.standby = 290_001n),
    [/standby of a pool = .* expected 290000, found 290001/],
  ],
  [
    'bids that stand by with less than their pool, beyond dust',
    (draft) => (draft.spokes[0]!.bids[1]!.standby = 289_987n),
    [/standby of a pool = .* difference -13 /],
  ],
  [
    'an event that said less than what waits',
    (draft) => (draft.spokes[0]!.pools[0]!.buckets[0]!.inEvents = 29_999n),
    [/waiting = last event: tUSD on spoke 1 .*entry at 600: expected 29999, found 30000/],
  ],
  [
    'a leg that has come home and still counts as in flight',
    (draft) => draft.spokes[0]!.inFlight.set(1, 510_000n),
    [/counted as in flight = .* expected 110000, found 510000/],
  ],
  [
    'pool assets that nobody deposited',
    (draft) => (draft.spokes[1]!.pools[0]!.assets += 5_000n),
    [/deposits = .* spoke 3 \(hub\)/, /escrowed by the spoke .* expected 305000, found 300000, difference -5000/],
  ],
  [
    'a spoke that has lost debt tokens',
    (draft) => (draft.spokes[0]!.tokens[0]!.balanceLocal -= 1n),
    [/escrowed by the spoke .*tUSD on spoke 1 .* difference -1 /],
  ],
  [
    'a spoke that has lost collateral',
    (draft) => (draft.spokes[0]!.tokens[1]!.balanceLocal = 0n),
    [/escrowed by the spoke .*tETH on spoke 1 .* expected 750, found 0/],
  ],
  [
    'a hub without the capital that waits there',
    (draft) => (draft.hub.flows.get(DEBT)!.hubBalance -= 1n),
    [/held by the hub .*tUSD on hub: expected 100000, found 99999/],
  ],
  [
    'a hub without the fees that are due',
    (draft) => (draft.hub.flows.get(COLLATERAL)!.hubBalance -= 50n),
    [/held by the hub .*tETH on hub: expected 50550, found 50500/],
  ],
  [
    'operators whose fees are gone',
    (draft) => (draft.hub.flows.get(COLLATERAL)!.operatorsBalance = 149n),
    [/held by the operator set .*tETH/],
  ],
  [
    'a fee that left early',
    (draft) => (draft.hub.flows.get(COLLATERAL)!.feesPaid += 1_000n),
    [/fees paid = .* expected 150, found 1150/, /collateral given = .*tETH on all chains/],
  ],
  [
    'a bridge with less than the tokens it stands for',
    (draft) => (draft.escrows[0]!.balance -= 1n),
    [/locked in the bridge .*tUSD on hub: expected 480000, found 479999/],
  ],
  [
    'a port without the tokens it was credited with',
    (draft) => (draft.ports[0]!.balanceLocal = 0n),
    [/held by the port .*tUSD on spokeA/],
  ],
  [
    'a source that got less than was settled',
    (draft) => (draft.hub.flows.get(DEBT)!.paidToSources -= 1_000n),
    [/deposits = .*tUSD on all chains/, /paid to sources = settled: tUSD on hub: expected 400000, found 399000/],
  ],
  [
    'a source that gave more than was settled',
    (draft) => (draft.hub.flows.get(COLLATERAL)!.givenBySources += 1_000n),
    [/collateral given = .*tETH on all chains/, /given by sources = settled: tETH/],
  ],
  [
    'collateral below price and premium by one route unit',
    (draft) => (draft.hub.exchanges[0]!.results[0]!.collateral -= 10n),
    [/collateral for 300000 used = worth \+ 50 bps: tETH on spoke 1 .*tier 0: expected 150750, found 150740/],
  ],
  [
    'collateral more than one route unit above',
    (draft) => (draft.hub.exchanges[0]!.results[0]!.collateral += 11n),
    [/collateral for 300000 used .* found 150761, difference 11 /],
  ],
  [
    "a price that was not the oracle's",
    (draft) => (draft.hub.exchanges[1]!.priceE36 += 7n),
    [/price of the exchange = the oracle: tETH on spoke 3/],
  ],
  [
    "a price that was not the oracle's, as far as both can be seen",
    (draft) => {
      draft.hub.exchanges[0]!.priceE36 += 7n;
      draft.hub.exchanges[0]!.oraclePricesE36 = null;
      draft.hub.exchanges[1]!.priceE36 += 7n;
    },
    [/price of the exchange = the oracle: tETH on spoke 3/],
  ],
  [
    'a fill used beyond what was drawn',
    (draft) => (draft.spokes[1]!.capitalCalls[0]!.fills[0]!.amount = 90_000n),
    [/used of a fill: tUSD on spoke 3 .* expected 90000, found 100000/],
  ],
  [
    'an ended leg of which a part came to nothing',
    (draft) => (draft.hub.releases[0]!.refund -= 1n),
    [/used \+ refunded = drawn: tUSD on spoke 1 .* expected 400000, found 399999/],
  ],
  [
    'an auction that covers more than its debt',
    (draft) => (draft.hub.auctions.get('0xauction')!.debtToCover = 399_999n),
    [/debt covered: tUSD on auction 0xauction: expected 399999, found 400000/],
  ],
  [
    'an auction that gives more than its maximum',
    (draft) => (draft.hub.auctions.get('0xauction')!.maxCollateral = 201_449n),
    [/collateral taken: tETH/],
  ],
  [
    'bids that can claim more than came in',
    (draft) => (draft.spokes[0]!.claimables[0]!.amountLocal += 2n),
    [/claimed \+ claimable = .*tETH on spoke 1 .*tier 0: expected 150750, found 150751/],
  ],
  [
    'bids that can claim less than came in, beyond dust',
    (draft) => (draft.spokes[0]!.claimables[1]!.amountLocal -= 4n),
    [/claimed \+ claimable = .*tUSD .* difference -4 /],
  ],
  [
    'a result that the spoke made up',
    (draft) => (draft.spokes[0]!.pools[0]!.calls[1]!.refundLocal = 50_000n),
    [/deposits = .* spoke 1/, /escrowed by the spoke .*tUSD on spoke 1/],
  ],
  [
    'a leg that ended twice',
    (draft) => draft.hub.releases.push({ legId: '0xleg4', refund: 0n }),
    [/ends of a leg: events on 0xleg4: expected 1, found 2/],
  ],
  [
    'a receipt sent twice',
    (draft) => draft.hub.receipts.push({ ...draft.hub.receipts[0]!, messageId: '0xhome9' }),
    [
      /receipts of a leg and kind: events on 0xleg1\/2/,
      /receipts = sent/,
      /collateral sent home: tETH on spoke 1 .* expected 150750, found 301500/,
    ],
  ],
  [
    'a message delivered twice',
    (draft) => draft.delivered.push({ ...draft.delivered[0]! }),
    [/deliveries of a message: events on 0xout1/, /delivered = credited/],
  ],
  [
    'a message that brought less than was sent',
    (draft) => (draft.delivered[0]!.amountLocal -= 5n),
    [/sent = delivered: tUSD on spoke 1/, /delivered = credited/],
  ],
  [
    'a receipt that promises more than travels with it',
    (draft) => (draft.sent[4]!.amountLocal -= 750n),
    [/receipts = sent: tETH on spoke 1 \(spokeA\), message 0xhome1: expected 150750, found 150000/],
  ],
  [
    'a delivery that was not recorded',
    (draft) => draft.spokes[0]!.results.pop(),
    [/delivered = recorded: tUSD on spoke 1 \(spokeA\), message 0xhome2: expected 100000, found 0/],
  ],
  [
    'a call that drew more than it sent',
    (draft) => (draft.sent[2]!.amountLocal -= 1_000n),
    [/drawn = sent: tUSD/, /deposits = .* spoke 1/],
  ],
  [
    'an arrival that nobody sent',
    (draft) => draft.orphans.push({ id: 'message 0xforged', chain: 'hub', from: 'spokeA' }),
    [/received without having been sent by spokeA: message 0xforged: messages on hub/],
  ],
];

test.each(cases)('finds %s', (_what, change, failures) => {
  const report = judge(doctored(change));
  expect(report.ok).toBe(false);
  for (const failure of failures) expect(report.failures).toContainEqual(expect.stringMatching(failure));
});

test('lets dust pass, but no more of it than operations and transfers can leave', () => {
  // Spoke 3: one bid, one call (draw and result), one transfer of one route unit.
  const withDust = (dust: bigint) =>
    judge(
      doctored((draft) => {
        draft.spokes[1]!.pools[0]!.assets -= dust;
        draft.spokes[1]!.bids[0]!.standby -= dust;
      }),
    );
  expect(withDust(4n).failures).toEqual([]);
  expect(withDust(5n).failures).toEqual([expect.stringMatching(/spoke 3 .* difference -5 \(allowed 4 below/)]);
});
