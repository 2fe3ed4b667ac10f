import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import type { Bench } from '../benchTools.js';
import { addBlock } from '../book/blocks.js';
import { BIDS, LAST_BLOCK, SPOKES, TIERS } from '../book/manyBids.js';
import { withClient } from '../database.js';
import { atLeast, atMost, type Figure, type Target } from '../figures.js';
import { startMeasured } from '../measured.js';
import { BASKET, fillApiWorld, OWNER, writeApiConfig } from './apiWorld.js';
import { listenForEvents } from './eventClients.js';
import { load, type LoadArgs, type LoadResult } from './load.js';
import { AUCTIONS, auctionIdOf } from './manyAuctions.js';

const PORTS = { apiPort: 28_645, operationsPort: 28_646 };
const API = `http://127.0.0.1:${PORTS.apiPort}`;
const PATIENCE_MS = 60_000;
const SECONDS = 8;
const CONNECTIONS = 32;
const RATE = 200;
const EVENT_CLIENTS = 100;
const BLOCK_EVERY_MS = 1_000;
const MIB = 1_024 * 1_024;
const BOOK = `/v1/baskets/${BASKET}/book`;
const GZIP = { 'accept-encoding': 'gzip' };

/** The node's own program with its API, on a full database and without any chain to read. */
export async function benchApi({ server, folder, say }: Bench): Promise<Figure[]> {
  const databaseUrl = await server.create('api', { migrated: true });
  await withClient(databaseUrl, fillApiWorld);
  say(`  ${BIDS} bids and ${AUCTIONS} auctions are in the database`);
  const program = join(repositoryRoot(), 'relayer', 'dist', 'main.js');
  const config = writeApiConfig(folder, databaseUrl, PORTS);
  const startedAtMs = performance.now();
  const node = startMeasured({ args: [program, '--config', config], logFile: join(folder, 'api.log') });
  try {
    await Promise.race([node.failed, untilAnswered(`${API}${BOOK}`)]);
    const start: Figure = {
      ...common('s'),
      what: 'API: start to the first book',
      ala: (performance.now() - startedAtMs) / 1_000,
      target: null,
      note: `${SPOKES * TIERS} pools of ${BIDS.toLocaleString('en')} bids`,
    };
    const cached = await cachedReads(say);
    const moving = await movingReads(databaseUrl, say);
    const peak = node.peakMemory();
    const memory = { what: 'API: memory of the node', ala: peak === null ? null : peak / MIB, target: atMost(300) };
    return [start, ...cached, ...moving, { ...common('MiB RSS'), ...memory, note: 'its peak after all of that' }];
  } finally {
    await node.kill('SIGTERM');
  }
}

const common = (unit: string) => ({ unit, peer: null, peerName: '' });

/** As many as there can be, while nothing moves: every answer is one that was made before. */
async function cachedReads(say: Bench['say']): Promise<Figure[]> {
  const busy = { seconds: SECONDS, connections: CONNECTIONS };
  const etagOf = async (path: string): Promise<string> =>
    (await fetch(`${API}${path}`, { headers: GZIP })).headers.get('etag') ?? '';
  const reads: readonly [what: string, path: string, args: Partial<LoadArgs>][] = [
    ['25 auctions', '/v1/auctions', {}],
    ['25 auctions, gzip', '/v1/auctions', { headers: GZIP }],
    ['book, gzip', BOOK, { headers: GZIP }],
    ['book, If-None-Match', BOOK, { status: 304, headers: { 'if-none-match': await etagOf(BOOK) } }],
  ];
  const figures: Figure[] = [];
  for (const [what, path, args] of reads) {
    const result = await load({ url: `${API}${path}`, status: 200, ...busy, ...args });
    say(`  ${what}: ${describe(result)}`);
    figures.push({
      ...common('requests/s'),
      what: `API: cached, ${what}`,
      ala: result.requestsASec,
      target: atLeast(2_000),
      note: `${CONNECTIONS} connections for ${SECONDS} s, nothing moves; ${describe(result)}; what loads it runs on the same cores`,
    });
  }
  return figures;
}

/**
 * While a block comes each second and some clients hear of it: no answer outlives a second. The book as fast as it can be had, and all at a
 * rate, which autocannon keeps by sending a second's requests one after the other at its beginning.
 */
async function movingReads(databaseUrl: string, say: Bench['say']): Promise<Figure[]> {
  const heavier = '/v1/lps/' + OWNER;
  const reads: readonly [what: string, url: string, rate: number | null, target: Target | null][] = [
    ['book as it moves', `${API}${BOOK}`, null, atMost(20)],
    ['book as it moves, 200 a second', `${API}${BOOK}`, RATE, null],
    ['bids of one LP', `${API}${heavier}/bids?show=all`, RATE, null],
    ['depth of one LP', `${API}${heavier}/depth?basket=${BASKET}`, RATE, null],
    ['auctions', `${API}/v1/auctions?state=closed&limit=100`, RATE, null],
    ['one auction', `${API}/v1/auctions/${auctionIdOf(AUCTIONS / 2)}`, RATE, null],
    ['statistics', `${API}/v1/statistics`, 1, null],
    ['/metrics', `http://127.0.0.1:${PORTS.operationsPort}/metrics`, 1, null],
  ];
  const clients = await listenForEvents(`${API}/v1/events`, EVENT_CLIENTS);
  const figures: Figure[] = [];
  const stop = new AbortController();
  const blocks = withClient(databaseUrl, async (client) => {
    for (let number = LAST_BLOCK + 1; !stop.signal.aborted; number++) {
      await addBlock(client, BASKET, number);
      await delay(BLOCK_EVERY_MS);
    }
  });
  try {
    for (const [what, url, rate, target] of reads) {
      const connections = rate === 1 ? 1 : CONNECTIONS;
      const atRate = rate === null ? {} : { rate };
      const firstMs = await firstAnswerMs(url);
      const result = await load({ url, seconds: SECONDS, connections, ...atRate, headers: GZIP, status: 200 });
      say(`  ${what}: ${describe(result)}, the first answer after ${firstMs.toFixed(0)} ms`);
      figures.push({
        ...common('ms'),
        what: `API: ${what}, p99`,
        ala: result.p99Ms,
        target,
        note: `${result.requestsASec.toFixed(0)} requests a second over ${connections} connections for ${SECONDS} s, a block each second, ${EVENT_CLIENTS} clients of events; p50 ${result.p50Ms} ms; the first answer took ${firstMs.toFixed(0)} ms`,
      });
    }
  } finally {
    stop.abort();
    await blocks;
    clients.close();
  }
  if (clients.heard === 0) throw new Error('no client of events heard of anything');
  say(`  clients heard ${clients.heard} events`);
  return figures;
}

/** What a node that nobody has asked yet has to read first. */
async function firstAnswerMs(url: string): Promise<number> {
  const beganMs = performance.now();
  await (await fetch(url)).arrayBuffer();
  return performance.now() - beganMs;
}

function describe({ requestsASec, p50Ms, p99Ms }: LoadResult): string {
  return `${requestsASec.toFixed(0)} requests/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms`;
}

async function untilAnswered(url: string): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    if (performance.now() > deadlineMs) throw new Error(`${url}: no answer within ${PATIENCE_MS / 1_000} s`);
    await delay(50);
  }
}
