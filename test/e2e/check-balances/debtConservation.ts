import { equalWithin, type CheckLine } from './checkLine.js';
import { DIFFERENCE, type ConservationTable } from './conservationTable.js';
import { KIND_REFUND, routeKey, type SpokeFacts, type SpokeToken, type World } from './facts.js';
import { legsOf, type Leg } from './legs.js';
import { placeOf, symbolOf } from './names.js';
import { sum, toHubDown } from './units.js';

/** Where the debt tokens of one spoke's LPs are, hub units. What came in stands in exactly one of the other columns. */
interface DebtRow {
  readonly token: string;
  readonly place: string;
  readonly deposits: bigint;
  readonly entering: bigint;
  readonly standby: bigint;
  /** Has left a pool and waits to be collected. */
  readonly collectable: bigint;
  /** In flight: on their way to the hub; there and not used; on their way home. */
  readonly toHub: bigint;
  readonly atHub: bigint;
  readonly toSpoke: bigint;
  readonly paid: bigint;
  readonly refundsClaimable: bigint;
  readonly refundsClaimed: bigint;
  readonly withdrawn: bigint;
  /** One smallest unit an operation and one route unit a transfer. */
  readonly dust: bigint;
}

/** Invariant 4, token by token and spoke by spoke: deposits = standby + in flight + paid to sources + refunds + withdrawn. */
export function debtConservation(world: World): { lines: CheckLine[]; tables: ConservationTable[] } {
  const rows = world.spokes.flatMap((spoke) =>
    [...spoke.debtTokens].map(([basket, token]) => debtRow(world, spoke, basket, token)),
  );
  const tokens = [...new Set(rows.map((row) => row.token))];
  const totals = tokens.map((token) =>
    totalRow(
      world,
      token,
      rows.filter((row) => row.token === token),
    ),
  );
  const check = 'deposits = standby + in flight + paid + refunds + withdrawn';
  const lines = [...rows, ...totals].map((row) =>
    equalWithin(row.dust, {
      check,
      token: symbolOf(world, row.token),
      place: row.place,
      expected: row.deposits,
      found: accountedFor(row),
    }),
  );
  return { lines, tables: totals.map((total) => tableOf(world, total, rows)) };
}

function debtRow(world: World, spoke: SpokeFacts, basket: number, token: SpokeToken): DebtRow {
  const legs = legsOf(world, spoke).filter((leg) => leg.call.basket === basket);
  const bids = spoke.bids.filter((bid) => bid.basket === basket);
  const bidIds = new Set(bids.map((bid) => bid.bidId));
  const withdrawals = spoke.withdrawals.filter(({ bidId }) => bidIds.has(bidId));
  const rebids = spoke.rebids.filter(({ bidId }) => bidIds.has(bidId));
  const pools = spoke.pools.filter((pool) => pool.basket === basket);
  const claims = spoke.claims.filter((claim) => bidIds.has(claim.bidId) && claim.token === token.token);
  const recorded = sum(pools, (pool) => sum(pool.calls, (call) => call.refundLocal));
  const claimed = sum(claims, (claim) => claim.amountLocal);
  const refunds = world.hub.receipts.filter(
    ({ legId, kind }) => kind === KIND_REFUND && legs.some((leg) => leg.call.legId === legId),
  );
  const delivered = new Set(world.delivered.map((message) => message.messageId));
  const calls = sum(pools, (pool) => BigInt(pool.calls.length));
  const operations = BigInt(bids.length + withdrawals.length + claims.length) + 2n * calls;
  const transfers = BigInt(legs.length + refunds.length);
  const unit = world.hub.routeUnits.get(routeKey(spoke.id, token.hubToken)) ?? 1n;
  return {
    token: token.hubToken,
    place: placeOf(spoke),
    deposits: sum(bids, (bid) => (bid.isContinued ? 0n : bid.amount)),
    entering: sum(pools, (pool) => pool.entering),
    standby: sum(pools, (pool) => pool.assets),
    collectable: sum(bids, (bid) => bid.collectable),
    toHub: sum(legs, (leg) => (delivered.has(leg.call.messageId) ? 0n : sentAmount(world, leg, token))),
    atHub: sum(legs, (leg) => (leg.credited === null ? 0n : leg.credited - leg.used - leg.refundSent)),
    toSpoke: sum(refunds, ({ messageId, amount }) => (delivered.has(messageId) ? 0n : amount)),
    paid: sum(legs, (leg) => leg.used),
    refundsClaimable: toHubDown(recorded - claimed, token),
    // What of them became bids again stands there.
    refundsClaimed: toHubDown(claimed, token) - sum(rebids, ({ amount }) => amount),
    withdrawn: sum(withdrawals, ({ amount }) => amount),
    dust: operations + transfers * unit,
  };
}

/** By the port's own event, not by the leg's. */
function sentAmount(world: World, leg: Leg, token: SpokeToken): bigint {
  const sent = world.sent.filter((message) => message.messageId === leg.call.messageId);
  return toHubDown(
    sum(sent, (message) => message.amountLocal),
    token,
  );
}

/** All spokes together; what sources got is here what the token itself says that they got. */
function totalRow(world: World, token: string, rows: readonly DebtRow[]): DebtRow {
  const total = (amountOf: (row: DebtRow) => bigint): bigint => sum(rows, amountOf);
  return {
    token,
    place: 'all chains',
    deposits: total((row) => row.deposits),
    entering: total((row) => row.entering),
    standby: total((row) => row.standby),
    collectable: total((row) => row.collectable),
    toHub: total((row) => row.toHub),
    atHub: total((row) => row.atHub),
    toSpoke: total((row) => row.toSpoke),
    paid: world.hub.flows.get(token)?.paidToSources ?? 0n,
    refundsClaimable: total((row) => row.refundsClaimable),
    refundsClaimed: total((row) => row.refundsClaimed),
    withdrawn: total((row) => row.withdrawn),
    dust: total((row) => row.dust),
  };
}

function accountedFor(row: DebtRow): bigint {
  const inFlight = row.toHub + row.atHub + row.toSpoke;
  const here = row.entering + row.standby + row.collectable;
  return here + inFlight + row.paid + row.refundsClaimable + row.refundsClaimed + row.withdrawn;
}

function tableOf(world: World, total: DebtRow, rows: readonly DebtRow[]): ConservationTable {
  const own = rows.filter((row) => row.token === total.token);
  return {
    title: `${symbolOf(world, total.token)}: where the deposits are`,
    decimals: world.tokens.get(total.token)?.decimals ?? 0,
    columns: [
      'deposits',
      'entering',
      'standby',
      'to collect',
      'to hub',
      'at hub',
      'to spoke',
      'paid to sources',
      'claimable refunds',
      'claimed refunds',
      'withdrawn',
      DIFFERENCE,
    ],
    rows: [...own, total].map((row) => ({
      place: row.place,
      amounts: [
        row.deposits,
        row.entering,
        row.standby,
        row.collectable,
        row.toHub,
        row.atHub,
        row.toSpoke,
        row.paid,
        row.refundsClaimable,
        row.refundsClaimed,
        row.withdrawn,
        accountedFor(row) - row.deposits,
      ],
    })),
  };
}
