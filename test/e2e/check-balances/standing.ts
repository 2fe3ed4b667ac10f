import { bounded, equalWithin, type CheckLine } from './checkLine.js';
import type { PoolFacts, SpokeFacts, World } from './facts.js';
import { legsOf } from './legs.js';
import { placeOf, symbolOf } from './names.js';
import { sum } from './units.js';

/** What bids say that they have is what their pools say, and what is in flight is what waits for a result. */
export function standing(world: World): CheckLine[] {
  return world.spokes.flatMap((spoke) => [
    ...spoke.pools.flatMap((pool) => poolLines(world, spoke, pool)),
    ...[...spoke.inFlight].map(([basket, found]) => inFlightLine(world, spoke, basket, found)),
  ]);
}

function poolLines(world: World, spoke: SpokeFacts, pool: PoolFacts): CheckLine[] {
  const bids = spoke.bids.filter(({ basket, tier }) => basket === pool.basket && tier === pool.tier);
  const hubToken = spoke.debtTokens.get(pool.basket)?.hubToken ?? '';
  const token = symbolOf(world, hubToken);
  const place = `${placeOf(spoke)}, tier ${pool.tier}`;
  // Each bid is rounded down, and less than one share for each that entered belongs to nobody.
  const dust = BigInt(2 * bids.length);
  return [
    equalWithin(0n, {
      check: 'entering of a pool = of its bids',
      token,
      place,
      expected: pool.entering,
      found: sum(bids, (bid) => bid.entering),
    }),
    bounded(
      {
        check: 'standby of a pool = of its bids',
        token,
        place,
        expected: pool.assets,
        found: sum(bids, (bid) => bid.standby),
      },
      dust,
      0n,
    ),
    ...pool.buckets.map(({ name, inView, inEvents }) =>
      equalWithin(0n, {
        check: 'waiting = last event',
        token,
        place: `${place}, ${name}`,
        expected: inEvents,
        found: inView,
      }),
    ),
  ];
}

function inFlightLine(world: World, spoke: SpokeFacts, basket: number, found: bigint): CheckLine {
  const pools = spoke.pools.filter((pool) => pool.basket === basket);
  const waits = legsOf(world, spoke).filter(
    ({ call }) =>
      call.basket === basket &&
      call.fills.some(({ tier, gen }) => pools.find((pool) => pool.tier === tier)?.calls[gen]?.landed !== true),
  );
  return equalWithin(0n, {
    check: 'counted as in flight = drawn by legs that wait for a result',
    token: symbolOf(world, spoke.debtTokens.get(basket)?.hubToken ?? ''),
    place: placeOf(spoke),
    expected: sum(waits, (leg) => leg.drawn),
    found,
  });
}
