import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { toAddress } from '../ids.js';
import { ApiClient, pagesOf } from './apiClient.js';
import { EventStreamReader } from './eventStream.js';
import { explainError } from './explainError.js';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A client of a server that answers so. */
async function clientOf(listener: RequestListener): Promise<ApiClient> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return new ApiClient(`http://127.0.0.1:${(started.address() as AddressInfo).port}/`);
}

const json =
  (value: unknown, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

const failure = (work: Promise<unknown>) => work.then(() => null, explainError);

it('asks at the address of the route and answers what the schema lets through', async () => {
  const owner = toAddress(`0x${'11'.repeat(20)}`);
  const asked: string[] = [];
  const answer = { items: [], nextCursor: null, atSec: 5, asOf: [], behind: false };
  const api = await clientOf((request, response) => {
    asked.push(request.url ?? '');
    json(answer)(request, response);
  });
  expect(await api.bids(owner, { spoke: 2, show: 'all' })).toEqual(answer);
  expect(asked).toEqual([`/v1/lps/${owner}/bids?spoke=2&show=all`]);
});

it('tells apart what was asked wrongly, what is busy, what is another version and what is not there', async () => {
  const problem = { type: 'about:blank', title: 'Bad Request', detail: 'Name a basket.', instance: '/v1/x' };
  const errors = [{ field: 'basket', problem: 'too big' }];
  const refused = await clientOf(json({ ...problem, status: 400, errors }, 400));
  expect(await failure(refused.book(1))).toEqual({
    kind: 'input',
    what: 'the API refused: Bad Request basket: too big',
    whatToDo: 'Name a basket.',
  });
  server?.close();
  expect(await failure((await clientOf(json('busy', 503))).book(1))).toMatchObject({ kind: 'unreachable' });
  server?.close();
  expect(await failure((await clientOf(json({ items: 7 }))).baskets())).toMatchObject({
    kind: 'unknown',
    what: expect.stringContaining('(items)') as string,
  });
  expect(await failure(new ApiClient('http://127.0.0.1:9/key').baskets())).toMatchObject({
    kind: 'unreachable',
    what: 'the API at http://127.0.0.1:9 does not answer',
  });
});

it('walks all pages', async () => {
  const pages = [
    { items: [1, 2], nextCursor: 'a' },
    { items: [3], nextCursor: null },
  ];
  const asked: unknown[] = [];
  const all: number[] = [];
  for await (const item of pagesOf((page) => {
    asked.push(page);
    return Promise.resolve(pages[asked.length - 1]!);
  })) {
    all.push(item);
  }
  expect([all, asked]).toEqual([
    [1, 2, 3],
    [{}, { cursor: 'a' }],
  ]);
});

it('hears what moves, and after a broken connection goes on from the last event', async () => {
  const asked: (string | undefined)[] = [];
  const api = await clientOf((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const basket = asked.length;
    response.end(`retry: 1\n\n:\n\nid: run-${basket}\nevent: book\ndata: {"type":"book","basket":${basket}}\n\n`);
  });
  const stop = new AbortController();
  const heard: unknown[] = [];
  for await (const event of api.events(stop.signal)) {
    heard.push(event);
    if (heard.length === 2) stop.abort();
  }
  expect(heard).toEqual([1, 2].map((basket) => ({ type: 'book', basket })));
  expect(asked).toEqual([undefined, 'run-1']);
});

it('an API that refuses to be listened to ends the listening', async () => {
  const api = await clientOf(json('no', 404));
  expect(await failure(api.events(new AbortController().signal).next())).toMatchObject({ kind: 'input' });
});

it('an event stream may be cut anywhere', () => {
  const text = ': hello\r\nretry: 20\r\nid: 7\ndata: {"a":\ndata: 1}\n\nid: 8\n\ndata:x\n\n';
  const whole = new EventStreamReader().take(text);
  expect(whole).toEqual([
    { id: '7', data: '{"a":\n1}' },
    { id: '8', data: 'x' },
  ]);
  const reader = new EventStreamReader();
  expect(Array.from(text).flatMap((piece) => reader.take(piece))).toEqual(whole);
  expect(reader.retryMs).toBe(20);
});
