import { atMost, equalWithin, type CheckLine } from './checkLine.js';
import type { World } from './facts.js';
import { legsOf } from './legs.js';
import { shortId, symbolOf } from './names.js';
import { sum } from './units.js';

/** Invariant 5, and that an auction's sums are those of its legs and of the tokens that moved. */
export function auctions(world: World): CheckLine[] {
  const legs = world.spokes.flatMap((spoke) => legsOf(world, spoke));
  const each = [...world.hub.auctions.values()].flatMap((auction): CheckLine[] => {
    const own = legs.filter((leg) => leg.call.auctionId === auction.auctionId);
    const debt = symbolOf(world, world.hub.baskets.get(auction.basket)?.debtToken ?? '');
    const collateral = symbolOf(world, auction.collateralToken);
    const place = `auction ${shortId(auction.auctionId)}`;
    const { debtUsed, collateralOut } = auction;
    return [
      atMost({ check: 'debt covered', token: debt, place, expected: auction.debtToCover, found: debtUsed }),
      atMost({
        check: 'collateral taken',
        token: collateral,
        place,
        expected: auction.maxCollateral,
        found: collateralOut,
      }),
      equalWithin(0n, {
        check: 'debt covered = sum of settlements',
        token: debt,
        place,
        expected: debtUsed,
        found: auction.debtCovered,
      }),
      equalWithin(0n, {
        check: 'debt used by the legs = by the settlements',
        token: debt,
        place,
        expected: debtUsed,
        found: sum(own, (leg) => leg.used),
      }),
      equalWithin(0n, {
        check: 'collateral and fees of the legs = of the settlements',
        token: collateral,
        place,
        expected: collateralOut,
        found: sum(own, (leg) => leg.collateral + leg.fee),
      }),
    ];
  });
  return [...each, ...tokenLines(world)];
}

/** What the tokens themselves say moved between vault and sources. */
function tokenLines(world: World): CheckLine[] {
  const all = [...world.hub.auctions.values()];
  const place = world.hub.chain;
  return [...world.hub.flows].flatMap(([token, flows]) => [
    equalWithin(0n, {
      check: 'paid to sources = settled',
      token: symbolOf(world, token),
      place,
      expected: sum(all, (auction) =>
        world.hub.baskets.get(auction.basket)?.debtToken === token ? auction.debtUsed : 0n,
      ),
      found: flows.paidToSources,
    }),
    equalWithin(0n, {
      check: 'given by sources = settled',
      token: symbolOf(world, token),
      place,
      expected: sum(all, (auction) => (auction.collateralToken === token ? auction.collateralOut : 0n)),
      found: flows.givenBySources,
    }),
  ]);
}
