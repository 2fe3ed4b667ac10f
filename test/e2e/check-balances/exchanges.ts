import { atMost, bounded, equalWithin, type CheckLine } from './checkLine.js';
import { routeKey, type ExchangeFacts, type World } from './facts.js';
import { legsOf, type Leg } from './legs.js';
import { placeOf, shortId, symbolOf } from './names.js';
import { sum } from './units.js';

const BPS = 10_000n;
const E36 = 10n ** 36n;

/** Invariant 2: every fill used got its worth at the price of the exchange plus its premium, and nothing of a leg is lost. */
export function exchanges(world: World): CheckLine[] {
  return world.spokes.flatMap((spoke) =>
    legsOf(world, spoke).flatMap((leg) => {
      const place = `${placeOf(spoke)}, leg ${shortId(leg.call.legId)}`;
      const own = world.hub.exchanges.filter((exchange) => exchange.legId === leg.call.legId);
      return [
        ...own.flatMap((exchange, index) => exchangeLines(world, leg, place, exchange, own[index - 1])),
        ...endLines(world, leg, place),
      ];
    }),
  );
}

/** One settlement of one leg; results are cumulative, so it is the difference to the one before that was exchanged. */
function exchangeLines(
  world: World,
  leg: Leg,
  place: string,
  exchange: ExchangeFacts,
  before: ExchangeFacts | undefined,
): CheckLine[] {
  const collateralToken = world.hub.auctions.get(leg.call.auctionId)?.collateralToken ?? '';
  const tierStepBps = world.hub.baskets.get(leg.call.basket)?.tierStepBps ?? 0;
  const unit = world.hub.routeUnits.get(routeKey(leg.spoke, collateralToken)) ?? 1n;
  const { priceE36 } = exchange;
  const fills = leg.call.fills.map((fill, index): CheckLine => {
    const used = (exchange.results[index]?.used ?? 0n) - (before?.results[index]?.used ?? 0n);
    const premiumBps = BigInt(tierStepBps * (fill.tier + 1));
    return bounded(
      {
        check: `collateral for ${used} used = worth + ${premiumBps} bps`,
        token: symbolOf(world, collateralToken),
        place: `${place}, tier ${fill.tier}`,
        expected: priceE36 === 0n ? 0n : (used * (BPS + premiumBps) * E36) / (BPS * priceE36),
        found: (exchange.results[index]?.collateral ?? 0n) - (before?.results[index]?.collateral ?? 0n),
      },
      unit - 1n,
      unit,
    );
  });
  if (exchange.oraclePricesE36 === null) return fills;
  const price = exchange.oraclePricesE36.find((seen) => seen === priceE36) ?? exchange.oraclePricesE36.at(-1) ?? 0n;
  const statement = { check: 'price of the exchange = the oracle', token: symbolOf(world, collateralToken) };
  return [...fills, equalWithin(0n, { ...statement, place, expected: price, found: priceE36 })];
}

/** used + refunded = drawn once a leg has ended; before, it cannot use more than was drawn. */
function endLines(world: World, leg: Leg, place: string): CheckLine[] {
  const token = symbolOf(world, world.hub.baskets.get(leg.call.basket)?.debtToken ?? '');
  const fills = leg.call.fills.map((fill, index) =>
    atMost({
      check: 'used of a fill',
      token,
      place: `${place}, tier ${fill.tier}`,
      expected: fill.amount,
      found: leg.results[index]?.used ?? 0n,
    }),
  );
  if (!leg.ended) return fills;
  const refunded = sum(world.hub.releases, ({ legId, refund }) => (legId === leg.call.legId ? refund : 0n));
  const drawn = leg.credited !== null && leg.credited < leg.drawn ? leg.credited : leg.drawn;
  const dust = drawn < leg.drawn ? BigInt(leg.call.fills.length) * transportUnit(world, leg) : 0n;
  const check = 'used + refunded = drawn';
  return [...fills, equalWithin(dust, { check, token, place, expected: drawn, found: leg.used + refunded })];
}

/** What a transport that fell short may leave of each fill: the floor to one step. */
function transportUnit(world: World, leg: Leg): bigint {
  const debtToken = world.hub.baskets.get(leg.call.basket)?.debtToken ?? '';
  return world.hub.routeUnits.get(routeKey(leg.spoke, debtToken)) ?? 1n;
}
