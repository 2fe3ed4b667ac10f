import { covers, equalWithin, type CheckLine } from './checkLine.js';
import type { SpokeFacts, SpokeToken, World } from './facts.js';
import { legsOf, type Leg } from './legs.js';
import { placeOf, shortId, symbolOf } from './names.js';
import { sum, toLocalDown } from './units.js';

/** Invariant 1: whoever owes tokens has them. A surplus is dust, or a present. */
export function coverage(world: World): CheckLine[] {
  return [
    ...world.spokes.flatMap((spoke) => spoke.tokens.map((token) => spokeCovers(world, spoke, token))),
    ...hubCovers(world),
    ...world.escrows.map((escrow) =>
      covers({
        check: `locked in the bridge (${shortId(escrow.holder)}) for what stands for it elsewhere`,
        token: symbolOf(world, escrow.token),
        place: escrow.chain,
        expected: escrow.supply + escrow.inFlight,
        found: escrow.balance,
      }),
    ),
    ...world.ports.map((port) =>
      covers({
        check: `held by the port (${shortId(port.port)}) for what it has not handed over`,
        token: symbolOf(world, port.token),
        place: port.chain,
        expected: port.undeliveredLocal,
        found: port.balanceLocal,
      }),
    ),
  ];
}

/**
 * Local units: what stands in pools, waits to enter them or has left them, and all results that came home less what was claimed of
 * them.
 */
function spokeCovers(world: World, spoke: SpokeFacts, token: SpokeToken): CheckLine {
  const isOurs = ({ basket }: { readonly basket: number }): boolean =>
    spoke.debtTokens.get(basket)?.token === token.token;
  const pools = sum(spoke.pools.filter(isOurs), (pool) => toLocalDown(pool.assets + pool.entering, token));
  const assets = pools + sum(spoke.bids.filter(isOurs), (bid) => toLocalDown(bid.collectable, token));
  const recorded = sum(spoke.pools, (pool) => {
    const refunds = spoke.debtTokens.get(pool.basket)?.token === token.token;
    return sum(
      pool.calls,
      (call) => (refunds ? call.refundLocal : 0n) + (call.collateralToken === token.token ? call.collateralLocal : 0n),
    );
  });
  const claimed = sum(spoke.claims, (claim) => (claim.token === token.token ? claim.amountLocal : 0n));
  return covers({
    check: 'escrowed by the spoke for bids, exits and unclaimed gains',
    token: symbolOf(world, token.hubToken),
    place: placeOf(spoke),
    expected: assets + recorded - claimed,
    found: token.balanceLocal,
  });
}

function hubCovers(world: World): CheckLine[] {
  const legs = world.spokes.flatMap((spoke) => legsOf(world, spoke));
  return [...world.hub.flows].flatMap(([token, flows]) => [
    covers({
      check: 'held by the hub for unused capital, undispatched receipts and fees',
      token: symbolOf(world, token),
      place: world.hub.chain,
      expected: sum(legs, (leg) => owedByHub(world, leg, token)),
      found: flows.hubBalance,
    }),
    covers({
      check: 'held by the operator set for unclaimed fees',
      token: symbolOf(world, token),
      place: world.hub.chain,
      expected: flows.feesUnclaimed,
      found: flows.operatorsBalance,
    }),
    equalWithin(0n, {
      check: 'fees paid = fees released by dispatched receipts',
      token: symbolOf(world, token),
      place: world.hub.chain,
      expected: sum(legs, (leg) => (collateralOf(world, leg) === token ? leg.feeReleased : 0n)),
      found: flows.feesPaid,
    }),
  ]);
}

function owedByHub(world: World, leg: Leg, token: string): bigint {
  const isDebt = world.hub.baskets.get(leg.call.basket)?.debtToken === token;
  const unused = isDebt && leg.credited !== null ? leg.credited - leg.used - leg.refundSent : 0n;
  const gains = leg.collateral - leg.collateralSent + leg.fee - leg.feeReleased;
  return unused + (collateralOf(world, leg) === token ? gains : 0n);
}

function collateralOf(world: World, leg: Leg): string | undefined {
  return world.hub.auctions.get(leg.call.auctionId)?.collateralToken;
}
