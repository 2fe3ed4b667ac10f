import { equalWithin, type CheckLine } from './checkLine.js';
import { DIFFERENCE, type ConservationTable } from './conservationTable.js';
import { KIND_COLLATERAL, routeKey, type SpokeFacts, type SpokeToken, type World } from './facts.js';
import { legsOf } from './legs.js';
import { placeOf, symbolOf } from './names.js';
import { sum, toHubDown } from './units.js';

/** Where one collateral token is that sources gave for the capital of one spoke, hub units. */
interface CollateralRow {
  readonly place: string;
  readonly given: bigint;
  readonly claimable: bigint;
  readonly claimed: bigint;
  readonly atHub: bigint;
  readonly toSpoke: bigint;
  readonly feesPaid: bigint;
  readonly feesDue: bigint;
  readonly dust: bigint;
}

/** Token by token: given by sources = LPs' collateral at the spokes + in flight + operator fees. */
export function collateralConservation(world: World): { lines: CheckLine[]; tables: ConservationTable[] } {
  const tokens = new Set([...world.hub.auctions.values()].map((auction) => auction.collateralToken));
  const parts = [...tokens].map((token) => {
    const rows = world.spokes.flatMap((spoke) =>
      spoke.tokens.filter((known) => known.hubToken === token).map((known) => collateralRow(world, spoke, known)),
    );
    const all = [...rows, totalRow(world, token, rows)];
    const lines = all.map((row) =>
      equalWithin(row.dust, {
        check: 'collateral given = claimable + claimed + in flight + operator fees',
        token: symbolOf(world, token),
        place: row.place,
        expected: row.given,
        found: accountedFor(row),
      }),
    );
    return { lines, table: tableOf(world, token, all) };
  });
  return { lines: parts.flatMap((part) => part.lines), tables: parts.map((part) => part.table) };
}

function collateralRow(world: World, spoke: SpokeFacts, token: SpokeToken): CollateralRow {
  const legs = legsOf(world, spoke).filter(
    (leg) => world.hub.auctions.get(leg.call.auctionId)?.collateralToken === token.hubToken,
  );
  const calls = spoke.pools.flatMap((pool) => pool.calls).filter((call) => call.collateralToken === token.token);
  const claims = spoke.claims.filter((claim) => claim.token === token.token && !isRefund(spoke, claim));
  const claimed = sum(claims, (claim) => claim.amountLocal);
  const recorded = sum(calls, (call) => call.collateralLocal);
  const receipts = world.hub.receipts.filter(
    ({ legId, kind }) => kind === KIND_COLLATERAL && legs.some((leg) => leg.call.legId === legId),
  );
  const delivered = new Set(world.delivered.map((message) => message.messageId));
  const unit = world.hub.routeUnits.get(routeKey(spoke.id, token.hubToken)) ?? 1n;
  return {
    place: placeOf(spoke),
    given: sum(legs, (leg) => leg.collateral + leg.fee),
    claimable: toHubDown(recorded - claimed, token),
    claimed: toHubDown(claimed, token),
    atHub: sum(legs, (leg) => leg.collateral - leg.collateralSent),
    toSpoke: sum(receipts, ({ messageId, amount }) => (delivered.has(messageId) ? 0n : amount)),
    feesPaid: sum(legs, (leg) => leg.feeReleased),
    feesDue: sum(legs, (leg) => leg.fee - leg.feeReleased),
    dust: BigInt(calls.length + claims.length) + BigInt(receipts.length) * unit,
  };
}

/** A collateral that is the bid's own debt token is claimed together with its refunds, and counted there. */
function isRefund(spoke: SpokeFacts, claim: { readonly bidId: bigint; readonly token: string }): boolean {
  const basket = spoke.bids.find((bid) => bid.bidId === claim.bidId)?.basket;
  return basket !== undefined && spoke.debtTokens.get(basket)?.token === claim.token;
}

/** All spokes together; what sources gave and what was paid as fees is here what the token itself says. */
function totalRow(world: World, token: string, rows: readonly CollateralRow[]): CollateralRow {
  const flows = world.hub.flows.get(token);
  return {
    place: 'all chains',
    given: flows?.givenBySources ?? 0n,
    claimable: sum(rows, (row) => row.claimable),
    claimed: sum(rows, (row) => row.claimed),
    atHub: sum(rows, (row) => row.atHub),
    toSpoke: sum(rows, (row) => row.toSpoke),
    feesPaid: flows?.feesPaid ?? 0n,
    feesDue: sum(rows, (row) => row.feesDue),
    dust: sum(rows, (row) => row.dust),
  };
}

function accountedFor(row: CollateralRow): bigint {
  return row.claimable + row.claimed + row.atHub + row.toSpoke + row.feesPaid + row.feesDue;
}

function tableOf(world: World, token: string, rows: readonly CollateralRow[]): ConservationTable {
  return {
    title: `${symbolOf(world, token)}: where the collateral is that sources gave`,
    decimals: world.tokens.get(token)?.decimals ?? 0,
    columns: ['given', 'claimable', 'claimed', 'at hub', 'to spoke', 'fees paid', 'fees due', DIFFERENCE],
    rows: rows.map((row) => ({
      place: row.place,
      amounts: [
        row.given,
        row.claimable,
        row.claimed,
        row.atHub,
        row.toSpoke,
        row.feesPaid,
        row.feesDue,
        accountedFor(row) - row.given,
      ],
    })),
  };
}
