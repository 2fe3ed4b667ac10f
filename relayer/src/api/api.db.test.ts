import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { auctionDetail, auctionsAnswer } from '@ala/shared/api/auctions';
import { book, ownDepth } from '@ala/shared/api/book';
import { chainsAnswer } from '@ala/shared/api/chains';
import { streamEvent, type StreamEvent } from '@ala/shared/api/events';
import { bidCallsAnswer, bidsAnswer, claimableAnswer } from '@ala/shared/api/lp';
import { basketsAnswer, marketsAnswer, network } from '@ala/shared/api/network';
import { operate } from '@ala/shared/api/operate';
import { problemDetails } from '@ala/shared/api/problem';
import { statistics } from '@ala/shared/api/statistics';
import { encodeMessage, KIND_CAPITAL_DELIVERED } from '@ala/shared/messageCodec';
import { toAuctionId, toBasketId, toLegId, toSpokeId } from '@ala/shared/ids';
import { spokeAt } from '../book/pools.js';
import { openDatabase, type Database } from '../db/client.js';
import { undoBlocks } from '../ingest/apply.js';
import { apply, FAR, fill, header, HUB, openApi, OWNER, SPOKE } from './testChains.js';

const testDatabase = useTestDatabase();
let database: Database;
let api: Awaited<ReturnType<typeof openApi>>;
const now = Math.floor(Date.now() / 1_000);
const AUCTION = toAuctionId(fill(0x22, 32));
const LEG = toLegId(fill(0x33, 32));

beforeAll(async () => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
  const past = now - 100;
  await apply(database, FAR, header(1, past), [
    ['BidPlaced', [1, OWNER, 1, 0, 300n, past]],
    ['BidPlaced', [2, fill(0x0b, 20), 1, 0, 100n, past]],
    ['EntriesUpdated', [1, 0, past, 400n]],
    ['BidPlaced', [3, OWNER, 1, 2, 50n, now + 3_600]],
    ['EntriesUpdated', [1, 2, now + 3_600, 50n]],
    ['InFlightUpdated', [1, 0n, 1_000n]],
  ]);
  await apply(database, HUB, header(1, past), [['AuctionOpened', [AUCTION, 1, 1, 200n, 900n, now + 500, fill(0, 32)]]]);
  await apply(database, FAR, header(2, now - 50), [
    ['EntriesRolled', [1, 0, past, 400n, 400n, 0, 0]],
    ['PoolUpdated', [1, 0, 200n, 400n, 1, 0, now - 50]],
    ['CapitalCalled', [LEG, AUCTION, fill(0x44, 32), 1, [[0, 0, 200n]], now]],
  ]);
  const message = encodeMessage({
    kind: KIND_CAPITAL_DELIVERED,
    legId: LEG,
    auctionId: AUCTION,
    basket: 1,
    fills: [{ tier: 0, gen: 0, amount: 200n }],
  });
  await apply(database, HUB, header(2, now - 40), [
    ['LegArrived', [LEG, AUCTION, SPOKE, fill(0x44, 32), 200n, message]],
    ['LegSettled', [LEG, AUCTION, 1n, [[200n, 210n]], 5n, true]],
    ['AuctionSettled', [AUCTION, 200n, 215n, 200n]],
  ]);
  await apply(database, FAR, header(3, now), [
    ['WithdrawRequested', [1, OWNER, 1, 0, 50n, [4, 100n, now + 900, 5, 200n, 1, 0]]],
    ['ExitsUpdated', [1, 0, now + 900, 0, 100n]],
  ]);
  api = await openApi(testDatabase.url);
  await vi.waitFor(async () => expect((await api.app.inject('/v1/baskets/1/book')).statusCode).toBe(200));
});
afterAll(async () => {
  await api.close();
  await database.close();
});

async function get(url: string) {
  const { statusCode, body, headers } = await api.app.inject(url);
  expect(statusCode, body).toBe(200);
  return { json: JSON.parse(body) as unknown, headers };
}

it('shows the book by tier and spoke: what stands by, what leaves and what has yet to enter', async () => {
  const found = book.parse((await get('/v1/baskets/1/book')).json);
  expect(found).toMatchObject({ standbyDebtUnits: '200', leavingDebtUnits: '50', enteringDebtUnits: '50' });
  expect(found.tiers.map(({ tier, premiumBps, standbyDebtUnits }) => [tier, premiumBps, standbyDebtUnits])).toEqual([
    [0, 50, '200'],
    [2, 150, '0'],
  ]);
  expect(found.spokes).toMatchObject([{ spoke: SPOKE, chain: 'far', maxInFlightDebtUnits: '1000' }]);
});

it('marks a chain that is behind, and what stands on it', async () => {
  const { asOf, behind } = chainsAnswer.parse((await get('/v1/chains')).json);
  const lag = asOf.map((chain) => [chain.chain, chain.blockNumber, chain.behind]);
  expect(lag).toEqual([
    ['hub', 2, false],
    ['far', 3, false],
  ]);
  expect(behind).toBe(false);
  const strict = await openApi(testDatabase.url, { maxChainLagSec: 20 });
  try {
    const answer = await strict.app.inject('/v1/auctions');
    expect(auctionsAnswer.parse(answer.json()).behind).toBe(true);
    expect(auctionsAnswer.parse(answer.json()).items).toHaveLength(1);
  } finally {
    await strict.close();
  }
});

it('pages through the bids of an owner with what each stands by with', async () => {
  const first = bidsAnswer.parse((await get(`/v1/lps/${OWNER}/bids?show=all&limit=2`)).json);
  const second = bidsAnswer.parse(
    (await get(`/v1/lps/${OWNER}/bids?show=all&limit=2&cursor=${first.nextCursor}`)).json,
  );
  const seen = [...first.items, ...second.items].map(({ bidId, state, standbyDebtUnits }) => [
    bidId,
    state,
    standbyDebtUnits,
  ]);
  expect(seen).toEqual([
    ['1', 'split', '0'],
    ['3', 'entering', '0'],
    ['4', 'leaving', '50'],
    ['5', 'standing', '100'],
  ]);
  expect(second.nextCursor).toBeNull();
  const exits = bidsAnswer.parse((await get(`/v1/lps/${OWNER}/bids?show=exits`)).json);
  expect(exits.items.map(({ bidId, exitAtSec }) => [bidId, exitAtSec])).toEqual([['4', now + 900]]);
});

it('says what an owner has in each pool and what is called before it', async () => {
  const found = ownDepth.parse((await get(`/v1/lps/${OWNER}/depth?basket=1`)).json);
  expect(found.pools).toMatchObject([
    { tier: 0, standbyDebtUnits: '150', leavingDebtUnits: '50', poolStandbyDebtUnits: '200', cheaperDebtUnits: '0' },
    { tier: 2, enteringDebtUnits: '50', cheaperDebtUnits: '200' },
  ]);
});

it('says which calls took which part of a bid, also of one that has gone on as two', async () => {
  const found = bidCallsAnswer.parse((await get(`/v1/lps/${OWNER}/calls`)).json);
  expect(found.items).toMatchObject([
    { bidId: '1', gen: 0, drawnDebtUnits: '200', partDebtUnits: '150', complete: false, auctionId: AUCTION },
  ]);
});

it('shows an auction with its legs, premium, timeline, and what it adds to the statistics', async () => {
  const list = auctionsAnswer.parse((await get('/v1/auctions?state=open&marketId=1')).json);
  expect(list.items).toMatchObject([
    { auctionId: AUCTION, coveredDebtUnits: '200', coveredSec: now - 40, averagePremiumBps: '50.0000' },
  ]);
  expect(auctionsAnswer.parse((await get('/v1/auctions?state=closed')).json).items).toEqual([]);
  const detail = auctionDetail.parse((await get(`/v1/auctions/${AUCTION}`)).json);
  expect(detail.legs).toMatchObject([{ legId: LEG, state: 'ended', usedDebtUnits: '200', feeCollateralUnits: '5' }]);
  expect(detail.timeline.map(({ event }) => event)).toEqual([
    'AuctionOpened',
    'CapitalCalled',
    'LegArrived',
    'LegSettled',
    'AuctionSettled',
  ]);
  const { markets } = statistics.parse((await get('/v1/statistics')).json);
  expect(markets).toMatchObject([
    { covered: 1, coveredDebtUnits: '200', coverageBps: 10_000, fixedPenaltyBps: 800, timeToRepay: { medianSec: 60 } },
  ]);
});

it('answers everything else that it lists', async () => {
  const found = network.parse((await get('/v1/network')).json);
  expect(JSON.stringify(found)).not.toContain('127.0.0.1');
  basketsAnswer.parse((await get('/v1/baskets')).json);
  marketsAnswer.parse((await get('/v1/markets')).json);
  operate.parse((await get('/v1/operate')).json);
  claimableAnswer.parse((await get(`/v1/lps/${OWNER}/claimable`)).json);
  const { json } = await get('/v1/openapi.json');
  expect(Object.keys((json as { paths: object }).paths)).toContain('/v1/lps/{owner}/bids');
});

it('serves its reference as a page that fetches nothing from anybody else', async () => {
  const { statusCode, body, headers } = await api.app.inject('/docs');
  expect(statusCode).toBe(200);
  expect(headers['content-security-policy']).toMatch(/default-src 'self'/);
  const linked = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
  expect(linked.length).toBeGreaterThan(3);
  for (const url of linked) expect(url).toMatch(/^\.?\/(?!\/)/);
});

it('sends an answer once, and 304 while it is the same', async () => {
  const { etag } = (await get('/v1/network')).headers;
  const again = await api.app.inject({ url: '/v1/network', headers: { 'if-none-match': String(etag) } });
  expect(again.statusCode).toBe(304);
  expect(again.body).toBe('');
  const zipped = await api.app.inject({ url: '/v1/network', headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
});

it('says what is wrong with a request as problem details', async () => {
  const wrong = await api.app.inject(`/v1/lps/0x12/bids?limit=0&typo=1`);
  expect(wrong.headers['content-type']).toContain('application/problem+json');
  expect(problemDetails.parse(wrong.json())).toMatchObject({ status: 400, instance: '/v1/lps/0x12/bids' });
  const unknown = await api.app.inject(`/v1/auctions/${fill(0x77, 32)}`);
  expect(problemDetails.parse(unknown.json()).detail).toContain('/v1/auctions');
  for (const url of ['/v1/nothing', '/v1/baskets/99/book']) {
    expect(problemDetails.parse((await api.app.inject(url)).json()).status).toBe(404);
  }
  expect(problemDetails.parse((await api.app.inject({ url: '/v1/chains', method: 'POST' })).json()).status).toBe(404);
});

it('lets one address ask only so often, and only pages of the origins that were named', async () => {
  const narrow = await openApi(testDatabase.url, {
    rateLimit: { requests: 1, windowSec: 60 },
    corsOrigins: ['https://ala.example'],
  });
  try {
    const headers = { origin: 'https://ala.example' };
    const first = await narrow.app.inject({ url: '/v1/baskets', headers });
    expect(first.headers['access-control-allow-origin']).toBe('https://ala.example');
    const second = await narrow.app.inject({ url: '/v1/baskets', headers: { origin: 'https://other.example' } });
    expect(second.headers['access-control-allow-origin']).toBeUndefined();
    expect(problemDetails.parse(second.json()).status).toBe(429);
  } finally {
    await narrow.close();
  }
});

it('cannot write', async () => {
  await expect(api.context.db.execute('delete from cursors')).rejects.toThrow();
});

it('streams what moves, goes on where a client left, and tells of a reorg', async () => {
  const told: StreamEvent[] = [];
  let firstId = '';
  const stop = api.feed.events.subscribe((events) => {
    for (const { id, event } of events) {
      firstId ||= id;
      told.push(streamEvent.parse(event));
    }
  });
  await apply(database, FAR, header(4, now + 1), [['PoolUpdated', [1, 0, 100n, 400n, 2, 0, now + 1]]]);
  await vi.waitFor(() => expect(told.map(({ type }) => type)).toEqual(['log', 'book', 'chain']));
  expect(book.parse((await get('/v1/baskets/1/book')).json).standbyDebtUnits).toBe('100');

  await undoBlocks(database.db, FAR, 3);
  const other = { ...header(4, now + 2, 1), parentHash: header(3, now).hash };
  await apply(database, FAR, other, []);
  await vi.waitFor(async () => {
    expect(book.parse((await get('/v1/baskets/1/book')).json).standbyDebtUnits).toBe('200');
  });
  expect(told).toContainEqual({ type: 'reorg', chain: 'far', keptBlock: 3 });
  stop();
  const since = api.feed.events.since(firstId).map(({ event }) => event);
  expect(since.length).toBe(told.length - 1);
  expect(api.feed.events.since('another-1')).toMatchObject([{ event: { type: 'reset' } }]);

  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(`${url}/v1/events`, { headers: { 'last-event-id': firstId } });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let read = '';
  while (!read.includes('event: chain')) read += (await reader.read()).value ?? '';
  await reader.cancel();
  expect(read).toContain('event: book');
  await vi.waitFor(() => expect(api.feed.events.subscribers).toBe(1));
});

it('keeps in memory the same pools that the rows show', async () => {
  const spoke = await spokeAt(database.db, toBasketId(1), toSpokeId(SPOKE), Number.MAX_SAFE_INTEGER);
  for (const pool of spoke.pools) {
    const { calls, ...kept } = api.feed.pools.poolOf(1, SPOKE, pool.tier)!;
    expect(calls).toBeGreaterThanOrEqual(0);
    expect(kept).toEqual(pool);
  }
  expect(spoke.pools).toHaveLength(2);
});
