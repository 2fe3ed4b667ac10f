import { atMost, equalWithin, type CheckLine } from './checkLine.js';
import { routeKey, type PortMessage, type ReceiptFacts, type SpokeFacts, type World } from './facts.js';
import { legsOf, type Leg } from './legs.js';
import { placeOf, shortId, symbolOf } from './names.js';
import { sum, toHubDown } from './units.js';

/** Invariant 3 and what bridges carry: each step of a leg happens once, and what one side sends the other one credits. */
export function messageFlow(world: World): CheckLine[] {
  return [
    ...world.orphans.map((orphan) =>
      atMost({
        check: `received without having been sent by ${orphan.from}: ${orphan.id}`,
        token: 'messages',
        place: orphan.chain,
        expected: 0n,
        found: 1n,
      }),
    ),
    ...onceEach(world),
    ...world.spokes.flatMap((spoke) => [
      ...legsOf(world, spoke).flatMap((leg) => [...carriedToHub(world, spoke, leg), ...sentHome(world, spoke, leg)]),
      ...carriedHome(world, spoke),
    ]),
  ];
}

/** Called, arrived, ended, dispatched in each kind, delivered: once. */
function onceEach(world: World): CheckLine[] {
  const { arrivals, exchanges, releases, receipts } = world.hub;
  const steps: [string, readonly string[]][] = [
    ['calls of a leg', world.spokes.flatMap((spoke) => spoke.capitalCalls.map((call) => call.legId))],
    ['arrivals of a leg', arrivals.map((arrival) => arrival.legId)],
    ['ends of a leg', [...exchanges.filter((exchange) => exchange.ended), ...releases].map((end) => end.legId)],
    ['receipts of a leg and kind', receipts.map((receipt) => `${receipt.legId}/${receipt.kind}`)],
    ['deliveries of a message', world.delivered.map((message) => message.messageId)],
  ];
  return steps.flatMap(([check, ids]) =>
    [...countEach(ids)].map(([id, count]) =>
      atMost({ check, token: 'events', place: shortId(id), expected: 1n, found: count }),
    ),
  );
}

function countEach(ids: readonly string[]): Map<string, bigint> {
  const counts = new Map<string, bigint>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0n) + 1n);
  return counts;
}

/** Drawn = sent by the port; what the port delivered = credited by the hub. */
function carriedToHub(world: World, spoke: SpokeFacts, leg: Leg): CheckLine[] {
  const token = spoke.debtTokens.get(leg.call.basket);
  if (token === undefined) return [];
  const place = `${placeOf(spoke)}, leg ${shortId(leg.call.legId)}`;
  const symbol = symbolOf(world, token.hubToken);
  const unit = world.hub.routeUnits.get(routeKey(spoke.id, token.hubToken)) ?? 1n;
  const sentLocal = amountOf(world.sent, leg.call.messageId);
  const lines = [
    equalWithin(1n, {
      check: 'drawn = sent',
      token: symbol,
      place,
      expected: leg.drawn,
      found: toHubDown(sentLocal, token),
    }),
  ];
  if (!world.delivered.some((message) => message.messageId === leg.call.messageId)) return lines;
  const delivered = amountOf(world.delivered, leg.call.messageId);
  return [
    ...lines,
    equalWithin(unit, { check: 'sent = delivered', token: symbol, place, expected: leg.drawn, found: delivered }),
    equalWithin(0n, {
      check: 'delivered = credited',
      token: symbol,
      place,
      expected: delivered,
      found: leg.credited ?? 0n,
    }),
  ];
}

/** A leg's receipts take no more home than the leg has at the hub. */
function sentHome(world: World, spoke: SpokeFacts, leg: Leg): CheckLine[] {
  const place = `${placeOf(spoke)}, leg ${shortId(leg.call.legId)}`;
  const debtToken = world.hub.baskets.get(leg.call.basket)?.debtToken ?? '';
  const collateralToken = world.hub.auctions.get(leg.call.auctionId)?.collateralToken ?? '';
  return [
    atMost({
      check: 'refund sent home',
      token: symbolOf(world, debtToken),
      place,
      expected: (leg.credited ?? 0n) - leg.used,
      found: leg.refundSent,
    }),
    atMost({
      check: 'collateral sent home',
      token: symbolOf(world, collateralToken),
      place,
      expected: leg.collateral,
      found: leg.collateralSent,
    }),
  ];
}

/** Each message home: its receipts = sent; once there, what came = what the calls recorded. */
function carriedHome(world: World, spoke: SpokeFacts): CheckLine[] {
  const legs = new Map(legsOf(world, spoke).map((leg) => [leg.call.legId, leg]));
  const byMessage = new Map<string, ReceiptFacts[]>();
  for (const receipt of world.hub.receipts) {
    if (!legs.has(receipt.legId)) continue;
    byMessage.set(receipt.messageId, [...(byMessage.get(receipt.messageId) ?? []), receipt]);
  }
  return [...byMessage].flatMap(([messageId, receipts]): CheckLine[] => {
    const sent = world.sent.find((message) => message.messageId === messageId);
    const token = sent && spoke.tokens.find((known) => known.hubToken === sent.token);
    const symbol = sent === undefined ? 'unknown token' : symbolOf(world, sent.token);
    const place = `${placeOf(spoke)}, message ${shortId(messageId)}`;
    const expected = sum(receipts, (receipt) => receipt.amount);
    const lines = [
      equalWithin(0n, { check: 'receipts = sent', token: symbol, place, expected, found: sent?.amountLocal ?? 0n }),
    ];
    if (token === undefined || !world.delivered.some((message) => message.messageId === messageId)) return lines;
    const unit = world.hub.routeUnits.get(routeKey(spoke.id, token.hubToken)) ?? 1n;
    const results = spoke.results.filter((result) =>
      receipts.some((receipt) => receipt.legId === result.legId && receipt.kind === result.kind),
    );
    const recorded = sum(results, (result) => result.amountLocal);
    const found = toHubDown(amountOf(world.delivered, messageId), token);
    return [
      ...lines,
      equalWithin(unit, { check: 'sent = delivered', token: symbol, place, expected, found }),
      equalWithin(BigInt(results.length), {
        check: 'delivered = recorded',
        token: symbol,
        place,
        expected: found,
        found: toHubDown(recorded, token),
      }),
    ];
  });
}

function amountOf(messages: readonly PortMessage[], messageId: string): bigint {
  return sum(messages, (message) => (message.messageId === messageId ? message.amountLocal : 0n));
}
