import type { Result } from 'ethers';
import { FEED, HUB, ORACLE } from './abi.js';
import type { ChainReader, Pin, ReadLog } from './chainReader.js';
import type { AuctionFacts, BasketFacts, ExchangeFacts, FillResult, HubFacts, TokenFlows } from './facts.js';
import { routeKey } from './facts.js';
import { address, flag, small, struct, structs, text, uint } from './fields.js';
import type { Network } from './network.js';
import { readFlows } from './readFlows.js';
import { sum } from './units.js';

const EVENTS = [
  'BasketCreated',
  'MarketCreated',
  'RouteSet',
  'AuctionOpened',
  'LegArrived',
  'LegSettled',
  'LegReleased',
  'ReceiptDispatched',
  'AuctionSettled',
];

interface Market {
  readonly collateralToken: string;
  readonly oracle: string;
}

/** Reads the hub's side: its own events, and what the tokens themselves say of it. */
export async function readHub(network: Network, reader: ChainReader, pin: Pin): Promise<HubFacts> {
  const logs = await reader.logs(pin, { from: network.hub.auctionHub, abi: HUB, events: EVENTS });
  const named = (name: string) => logs.filter((log) => log.name === name);
  const baskets = new Map(named('BasketCreated').map((log) => basketOf(log.values)));
  const markets = new Map(named('MarketCreated').map((log) => marketOf(log.values)));
  const auctions = new Map(
    named('AuctionOpened').map((log) => auctionOf(log.values, markets, named('AuctionSettled'))),
  );
  const tokens = new Set([...baskets.values()].map((basket) => basket.debtToken));
  for (const market of markets.values()) tokens.add(market.collateralToken);
  const oracles = new Map(
    named('AuctionOpened').map(({ values }) => [text(values, 'auctionId'), marketNamed(markets, values).oracle]),
  );
  const flows = new Map<string, TokenFlows>();
  for (const token of tokens) flows.set(token, await readFlows(network, reader, pin, token));
  return {
    chain: network.hub.chain,
    baskets,
    auctions,
    arrivals: named('LegArrived').map(({ values }) => ({
      legId: text(values, 'legId'),
      spoke: small(values, 'spoke'),
      messageId: text(values, 'messageId'),
      credited: uint(values, 'credited'),
    })),
    exchanges: await Promise.all(named('LegSettled').map((log) => exchangeOf(reader, oracles, log))),
    releases: named('LegReleased').map(({ values }) => ({
      legId: text(values, 'legId'),
      refund: uint(values, 'refund'),
    })),
    receipts: named('ReceiptDispatched').map(({ values }) => ({
      legId: text(values, 'legId'),
      messageId: text(values, 'messageId'),
      kind: small(values, 'kind'),
      amount: uint(values, 'amount'),
    })),
    routeUnits: new Map(
      named('RouteSet').map(({ values }) => [
        routeKey(small(values, 'spoke'), address(values, 'token')),
        uint(struct(values, 'route'), 'unit'),
      ]),
    ),
    flows,
  };
}

function basketOf(values: Result): [number, BasketFacts] {
  const id = small(values, 'basket');
  const params = struct(values, 'params');
  return [id, { id, debtToken: address(params, 'debtToken'), tierStepBps: small(params, 'tierStepBps') }];
}

function marketOf(values: Result): [number, Market] {
  const params = struct(values, 'params');
  const market = { collateralToken: address(params, 'collateralToken'), oracle: address(params, 'oracle') };
  return [small(values, 'marketId'), market];
}

function marketNamed(markets: ReadonlyMap<number, Market>, values: Result): Market {
  const marketId = small(values, 'marketId');
  const market = markets.get(marketId);
  if (market === undefined) throw new Error(`an auction of market ${marketId}, which the hub never created`);
  return market;
}

function auctionOf(
  values: Result,
  markets: ReadonlyMap<number, Market>,
  settlements: readonly ReadLog[],
): [string, AuctionFacts] {
  const auctionId = text(values, 'auctionId');
  const own = settlements.filter((log) => text(log.values, 'auctionId') === auctionId);
  const last = own.at(-1);
  return [
    auctionId,
    {
      auctionId,
      basket: small(values, 'basket'),
      collateralToken: marketNamed(markets, values).collateralToken,
      debtToCover: uint(values, 'debtToCover'),
      maxCollateral: uint(values, 'maxCollateral'),
      debtUsed: sum(own, (log) => uint(log.values, 'debtUsed')),
      collateralOut: sum(own, (log) => uint(log.values, 'collateralOut')),
      debtCovered: last === undefined ? 0n : uint(last.values, 'debtCovered'),
    },
  ];
}

async function exchangeOf(
  reader: ChainReader,
  oracles: ReadonlyMap<string, string>,
  { values, blockNumber }: ReadLog,
): Promise<ExchangeFacts> {
  const oracle = oracles.get(text(values, 'auctionId'));
  return {
    legId: text(values, 'legId'),
    blockNumber,
    priceE36: uint(values, 'priceE36'),
    oraclePricesE36: oracle === undefined ? [] : await pricesAround(reader, oracle, blockNumber),
    results: structs(values, 'results').map((result): FillResult => ({
      used: uint(result, 'used'),
      collateral: uint(result, 'collateral'),
    })),
    fee: uint(values, 'fee'),
    ended: flag(values, 'ended'),
  };
}

/** Before and after the block; null if a feed was set more than once in it. */
async function pricesAround(reader: ChainReader, oracle: string, number: number): Promise<bigint[] | null> {
  const feeds = await reader.emittersAt(number, FEED, 'AnswerUpdated');
  if (new Set(feeds).size < feeds.length) return null;
  return (await Promise.all([number - 1, number].map((at) => priceAt(reader, oracle, at)))).flat();
}

/** An oracle that has no price to trust reverts; then that block is not where the price came from. */
async function priceAt(reader: ChainReader, oracle: string, number: number): Promise<bigint[]> {
  try {
    return [uint(await reader.call({ number }, oracle, ORACLE, 'priceE36'), 'price')];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'CALL_EXCEPTION') return [];
    throw error;
  }
}
