import { bounded, type CheckLine } from './checkLine.js';
import type { GainFacts, PoolFacts, SpokeFacts, World } from './facts.js';
import { placeOf, symbolOf } from './names.js';
import { sum } from './units.js';

/** Invariant 8: what all bids of a pool can claim never passes what came in, and falls short of it by dust only. */
export function poolClaims(world: World): CheckLine[] {
  return world.spokes.flatMap((spoke) =>
    spoke.pools.flatMap((pool) => (pool.finalized === 0 ? [] : poolLines(world, spoke, pool))),
  );
}

function poolLines(world: World, spoke: SpokeFacts, pool: PoolFacts): CheckLine[] {
  const bids = new Set(
    spoke.bids.flatMap((bid) => (bid.basket === pool.basket && bid.tier === pool.tier ? [bid.bidId] : [])),
  );
  const entered = spoke.bids.filter(
    (bid) => bid.entered && bid.basket === pool.basket && bid.tier === pool.tier,
  ).length;
  const finalized = pool.calls.slice(0, pool.finalized);
  const debtToken = spoke.debtTokens.get(pool.basket)?.token;
  return spoke.tokens.map(({ token, hubToken }) => {
    const ofPool = (gain: GainFacts): boolean => gain.token === token && bids.has(gain.bidId);
    const claims = spoke.claims.filter(ofPool);
    const claimables = spoke.claimables.filter(ofPool);
    // Each payment and each call's share is rounded down once. Rounding at the entry leaves less than one share a bid to nobody,
    // and those earn like any other.
    const ofNobody = sum(finalized, (call) => {
      const earned =
        (token === debtToken ? call.refundLocal : 0n) + (call.collateralToken === token ? call.collateralLocal : 0n);
      return call.sharesAtCall === 0n ? 0n : (earned * BigInt(entered)) / call.sharesAtCall;
    });
    const dust = BigInt(claims.length + claimables.length + finalized.length) + ofNobody;
    return bounded(
      {
        check: 'claimed + claimable = results that came in',
        token: symbolOf(world, hubToken),
        place: `${placeOf(spoke)}, tier ${pool.tier}`,
        expected: sum(
          finalized,
          (call) =>
            (token === debtToken ? call.refundLocal : 0n) +
            (call.collateralToken === token ? call.collateralLocal : 0n),
        ),
        found: sum([...claims, ...claimables], (gain) => gain.amountLocal),
      },
      dust,
      0n,
    );
  });
}
