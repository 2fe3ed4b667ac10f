import { ZeroAddress, type Result } from 'ethers';
import { SPOKE } from './abi.js';
import type { ChainReader, Pin, ReadLog } from './chainReader.js';
import {
  KIND_COLLATERAL,
  KIND_REFUND,
  type BidFacts,
  type GainFacts,
  type HubFacts,
  type PoolCallFacts,
  type PoolFacts,
  type SpokeFacts,
  type SpokeToken,
} from './facts.js';
import { address, flag, small, struct, structs, text, uint } from './fields.js';
import type { NetworkSpoke } from './network.js';
import { readBalance } from './readFlows.js';
import { sum, toLocalDown } from './units.js';

const EVENTS = [
  'BidPlaced',
  'EntryWithdrawn',
  'WithdrawRequested',
  'Withdrawn',
  'Rebid',
  'EntriesUpdated',
  'ExitsUpdated',
  'CapitalCalled',
  'ResultRecorded',
  'Claimed',
];
/** The two kinds of receipts, as `claimableSkipped` wants them. */
const KINDS = [KIND_COLLATERAL, KIND_REFUND];

interface SpokeTerms {
  readonly debtTokens: Map<number, SpokeToken>;
  readonly tierCounts: Map<number, number>;
  readonly tokens: SpokeToken[];
  readonly collaterals: Set<string>;
}

/** Reads one spoke: its events for what moved, its views and the tokens' balances for what is there. */
export async function readSpoke(
  { id, chain, spoke }: NetworkSpoke,
  reader: ChainReader,
  pin: Pin,
  hub: HubFacts,
): Promise<SpokeFacts> {
  const [terms, logs] = await Promise.all([
    readTerms(spoke, reader, pin, hub),
    reader.logs(pin, { from: spoke, abi: SPOKE, events: EVENTS }),
  ]);
  const named = (name: string) => logs.filter((log) => log.name === name);
  const begun = bidsOf(named('BidPlaced'), named('WithdrawRequested'), named('Rebid'));
  const source = { spoke, reader, pin };
  const [bids, pools, inFlight] = await Promise.all([
    Promise.all(begun.map((bid) => readBid(source, bid))),
    readPools(source, terms, logs),
    readInFlight(source, terms),
  ]);
  const claimables = [
    ...(await readClaimables(source, bids, terms)),
    ...(await readSkippedClaimables(source, bids, pools, terms)),
  ];
  return {
    id,
    chain,
    tokens: terms.tokens,
    debtTokens: terms.debtTokens,
    bids,
    withdrawals: [...named('EntryWithdrawn'), ...named('Withdrawn')].map(amountOfBid),
    rebids: named('Rebid').map(amountOfBid),
    inFlight,
    claims: named('Claimed').map(({ values }) => ({
      bidId: uint(values, 'bidId'),
      token: address(values, 'token'),
      amountLocal: uint(values, 'amount'),
    })),
    claimables,
    capitalCalls: named('CapitalCalled').map(({ values }) => ({
      legId: text(values, 'legId'),
      auctionId: text(values, 'auctionId'),
      messageId: text(values, 'messageId'),
      basket: small(values, 'basket'),
      fills: structs(values, 'fills').map((fill) => ({
        tier: small(fill, 'tier'),
        gen: small(fill, 'gen'),
        amount: uint(fill, 'amount'),
      })),
    })),
    results: named('ResultRecorded').map(({ values }) => ({
      legId: text(values, 'legId'),
      tier: small(values, 'tier'),
      gen: small(values, 'gen'),
      kind: small(values, 'kind'),
      amountLocal: uint(values, 'amount'),
    })),
    pools: pools.map(({ facts }) => facts),
  };
}

/** Where a spoke is read. */
interface Source {
  readonly spoke: string;
  readonly reader: ChainReader;
  readonly pin: Pin;
}

const amountOfBid = ({ values }: ReadLog) => ({ bidId: uint(values, 'bidId'), amount: uint(values, 'amount') });

async function readTerms(spoke: string, reader: ChainReader, pin: Pin, hub: HubFacts): Promise<SpokeTerms> {
  const terms: SpokeTerms = { debtTokens: new Map(), tierCounts: new Map(), tokens: [], collaterals: new Set() };
  const known = async (hubToken: string, token: string, decimals: { local: number; hub: number }) => {
    const found = terms.tokens.find((other) => other.token === token);
    if (found !== undefined) return found;
    const balanceLocal = await readBalance(reader, pin, token, spoke);
    const added = { hubToken, token, localDecimals: decimals.local, hubDecimals: decimals.hub, balanceLocal };
    terms.tokens.push(added);
    return added;
  };
  for (const basket of hub.baskets.keys()) {
    const values = struct(await reader.call(pin, spoke, SPOKE, 'basketParams', [basket]), 'params');
    if (address(values, 'debtToken') === ZeroAddress) continue;
    const decimals = { local: small(values, 'localDecimals'), hub: small(values, 'hubDecimals') };
    const token = await known(address(values, 'hubDebtToken'), address(values, 'debtToken'), decimals);
    terms.debtTokens.set(basket, token);
    terms.tierCounts.set(basket, small(values, 'tierCount'));
  }
  for (const hubToken of hub.flows.keys()) {
    const values = struct(await reader.call(pin, spoke, SPOKE, 'collateral', [hubToken]), 'terms');
    if (address(values, 'token') === ZeroAddress) continue;
    const decimals = { local: small(values, 'localDecimals'), hub: small(values, 'hubDecimals') };
    terms.collaterals.add((await known(hubToken, address(values, 'token'), decimals)).token);
  }
  return terms;
}

type BegunBid = Omit<BidFacts, 'entering' | 'standby' | 'collectable'>;

function bidsOf(
  placed: readonly ReadLog[],
  requested: readonly ReadLog[],
  rebid: readonly ReadLog[],
): readonly BegunBid[] {
  const rebids = new Set(rebid.map((log) => uint(log.values, 'newBidId')));
  const deposits = placed.map(({ values }): BegunBid => {
    const bidId = uint(values, 'bidId');
    const [basket, tier, amount] = [small(values, 'basket'), small(values, 'tier'), uint(values, 'amount')];
    return { bidId, basket, tier, amount, isContinued: rebids.has(bidId), entered: true };
  });
  const parts = requested.flatMap(({ values }) => {
    const split = struct(values, 'split');
    const common = { basket: small(values, 'basket'), tier: small(values, 'tier'), amount: 0n, isContinued: true };
    return [uint(split, 'exitBidId'), uint(split, 'remainderBidId')]
      .filter((bidId) => bidId !== 0n)
      .map((bidId): BegunBid => ({ ...common, bidId, entered: false }));
  });
  return [...deposits, ...parts];
}

async function readBid({ spoke, reader, pin }: Source, bid: BegunBid): Promise<BidFacts> {
  const values = struct(await reader.call(pin, spoke, SPOKE, 'bid', [bid.bidId]), 'state');
  return {
    ...bid,
    entering: uint(values, 'entering'),
    standby: uint(values, 'standby'),
    collectable: uint(values, 'collectable'),
  };
}

async function readInFlight({ spoke, reader, pin }: Source, terms: SpokeTerms): Promise<Map<number, bigint>> {
  const baskets = [...terms.debtTokens.keys()];
  const amounts = await Promise.all(
    baskets.map(async (basket) => uint(await reader.call(pin, spoke, SPOKE, 'inFlight', [basket]), 'amount')),
  );
  return new Map(baskets.map((basket, index) => [basket, amounts[index] ?? 0n]));
}

function readClaimables(
  { spoke, reader, pin }: Source,
  bids: readonly BidFacts[],
  { debtTokens, collaterals }: SpokeTerms,
): Promise<GainFacts[]> {
  const claimable = async (bidId: bigint, token: string): Promise<GainFacts> => {
    const values = await reader.call(pin, spoke, SPOKE, 'claimable', [bidId, token]);
    return { bidId, token, amountLocal: uint(values, 'amountLocal') };
  };
  const tokensOf = ({ basket }: BidFacts): string[] => {
    const debtToken = debtTokens.get(basket)?.token;
    return [...new Set([...(debtToken === undefined ? [] : [debtToken]), ...collaterals])];
  };
  return Promise.all(bids.flatMap((bid) => tokensOf(bid).map((token) => claimable(bid.bidId, token))));
}

/** What comes of skipped calls is claimed singly: for each bid, call and kind. */
function readSkippedClaimables(
  { spoke, reader, pin }: Source,
  bids: readonly BidFacts[],
  pools: readonly ReadPool[],
  { debtTokens }: SpokeTerms,
): Promise<GainFacts[]> {
  const wanted = pools.flatMap(({ facts: pool, skipped }) =>
    bids
      .filter(({ basket, tier }) => basket === pool.basket && tier === pool.tier)
      .flatMap(({ bidId }) => skipped.flatMap((gen) => KINDS.map((kind) => ({ pool, bidId, gen, kind })))),
  );
  return Promise.all(
    wanted.map(async ({ pool, bidId, gen, kind }): Promise<GainFacts> => {
      const values = await reader.call(pin, spoke, SPOKE, 'claimableSkipped', [bidId, gen, kind]);
      const debtToken = debtTokens.get(pool.basket)?.token ?? ZeroAddress;
      const token = kind === KIND_REFUND ? debtToken : (pool.calls[gen]?.collateralToken ?? ZeroAddress);
      return { bidId, token, amountLocal: uint(values, 'amountLocal') };
    }),
  );
}

/** A pool with the numbers of its skipped calls. */
interface ReadPool {
  readonly facts: PoolFacts;
  readonly skipped: readonly number[];
}

/** Every pool of the ladders, whether or not an event ever spoke of it. */
function readPools(source: Source, terms: SpokeTerms, logs: readonly ReadLog[]): Promise<ReadPool[]> {
  return Promise.all(
    [...terms.tierCounts].flatMap(([basket, count]) =>
      Array.from({ length: count }, (_, tier) => readPool(source, terms, logs, basket, tier)),
    ),
  );
}

async function readPool(
  source: Source,
  terms: SpokeTerms,
  logs: readonly ReadLog[],
  basket: number,
  tier: number,
): Promise<ReadPool> {
  const { spoke, reader, pin } = source;
  const values = struct(await reader.call(pin, spoke, SPOKE, 'pool', [basket, tier]), 'state');
  const gens = Array.from({ length: small(values, 'gens') }, (_, gen) => gen);
  const calls = await Promise.all(gens.map((gen) => readCall(source, terms, logs, [basket, tier, gen])));
  const waiting = structs(await reader.call(pin, spoke, SPOKE, 'poolBuckets', [basket, tier]), 'buckets');
  return {
    facts: {
      basket,
      tier,
      assets: uint(values, 'assets'),
      entering: uint(values, 'entering'),
      buckets: waiting.map((bucket) => bucketFacts(bucket, logs, basket, tier)),
      finalized: small(values, 'finalized'),
      calls: calls.map(({ facts }) => facts),
    },
    skipped: gens.filter((gen) => calls[gen]?.skipped === true),
  };
}

function bucketFacts(bucket: Result, logs: readonly ReadLog[], basket: number, tier: number) {
  const isExit = flag(bucket, 'isExit');
  const atSec = small(bucket, 'atSec');
  const [event, time, amount] = isExit
    ? ['ExitsUpdated', 'exitAt', 'shares']
    : ['EntriesUpdated', 'activeAt', 'amount'];
  const last = logs.filter(
    ({ name, values }) =>
      name === event &&
      small(values, 'basket') === basket &&
      small(values, 'tier') === tier &&
      small(values, time) === atSec,
  );
  const values = last.at(-1)?.values;
  return {
    name: `${isExit ? 'exit' : 'entry'} at ${atSec}`,
    inView: uint(bucket, amount),
    inEvents: values === undefined ? 0n : uint(values, amount),
  };
}

/** A skipped call's refund is what came of it and what its epoch's end left, wherever the spoke keeps that. */
async function readCall(
  { spoke, reader, pin }: Source,
  { debtTokens }: SpokeTerms,
  logs: readonly ReadLog[],
  [basket, tier, gen]: readonly [basket: number, tier: number, gen: number],
): Promise<{ readonly facts: PoolCallFacts; readonly skipped: boolean }> {
  const values = struct(await reader.call(pin, spoke, SPOKE, 'call', [basket, tier, gen]), 'state');
  const skipped = flag(values, 'skipped');
  const token = debtTokens.get(basket);
  const facts = {
    sharesAtCall: uint(values, 'sharesAtCall'),
    landed: skipped || flag(values, 'complete'),
    collateralToken: address(values, 'collateralToken'),
    collateralLocal: uint(values, 'collateral'),
    refundLocal: uint(values, 'refund'),
  };
  if (!skipped || token === undefined) return { facts, skipped };
  const isOurs = (log: ReadLog) => small(log.values, 'tier') === tier && small(log.values, 'gen') === gen;
  const came = logs.filter(
    (log) => log.name === 'ResultRecorded' && isOurs(log) && small(log.values, 'kind') === KIND_REFUND,
  );
  const drawn = logs
    .filter((log) => log.name === 'CapitalCalled' && small(log.values, 'basket') === basket)
    .flatMap((log) => structs(log.values, 'fills'))
    .filter((fill) => small(fill, 'tier') === tier && small(fill, 'gen') === gen);
  const rest = uint(values, 'drawn') - sum(drawn, (fill) => uint(fill, 'amount'));
  const refundLocal = sum(came, (log) => uint(log.values, 'amount')) + toLocalDown(rest, token);
  return { facts: { ...facts, refundLocal }, skipped };
}
