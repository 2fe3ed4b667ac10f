import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { problemDetails } from '@ala/shared/api/problem';
import { openDatabase } from '../db/client.js';
import { apply, FAR, fill, header, HUB, openApi, OWNER } from './testChains.js';

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
}

interface Description {
  readonly paths: Readonly<Record<string, { readonly get?: { readonly parameters?: readonly Parameter[] } }>>;
}

const testDatabase = useTestDatabase();
const AUCTION = fill(0x22, 32);
/** It would never end: only what it refuses is asked of it. */
const STREAM = '/v1/events';
let api: Awaited<ReturnType<typeof openApi>>;
let described: readonly (readonly [path: string, parameters: readonly Parameter[]])[];

beforeAll(async () => {
  const database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
  const sec = Math.floor(Date.now() / 1_000);
  await apply(database, FAR, header(1, sec), [['BidPlaced', [1, OWNER, 1, 0, 300n, sec]]]);
  await apply(database, HUB, header(1, sec), [['AuctionOpened', [AUCTION, 1, 1, 200n, 900n, sec, fill(0, 32)]]]);
  await database.close();
  api = await openApi(testDatabase.url);
  await vi.waitFor(async () => expect((await api.app.inject('/v1/baskets/1/book')).statusCode).toBe(200));
  const { paths } = (await api.app.inject('/v1/openapi.json')).json<Description>();
  described = Object.entries(paths).map(([path, { get }]) => [path, get?.parameters ?? []]);
});
afterAll(() => api.close());

const digits = fc.constantFrom('0', '1', '2147483648', '9007199254740993', '9'.repeat(20), '9'.repeat(78));
const cursor = fc
  .oneof(fc.array(digits, { maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }))
  .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
const usual = fc.constantFrom(OWNER, AUCTION, '1', '0', 'all', 'exits', 'open', '');
const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    '-1',
    '1e3',
    '1.5',
    'NaN',
    '\0',
    '%zz',
    '../..',
    'null',
    '[]',
    '{}',
    "' or 1=1 --",
    'a'.repeat(5_000),
  ),
  digits,
  cursor,
);
const value = fc.oneof({ weight: 1, arbitrary: usual }, { weight: 2, arbitrary: odd });
const header8Bit = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

/** One request: each parameter that is described left out, usual or odd, and some that are not. */
function requestOf(path: string, parameters: readonly Parameter[]) {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const name = names.length === 0 ? fc.constant('typo') : fc.oneof(fc.constantFrom(...names), fc.constant('__proto__'));
  return fc.record({
    method: fc.constantFrom('GET' as const, 'GET' as const, 'HEAD' as const, 'POST' as const, 'OPTIONS' as const),
    inPath: fc.array(fc.oneof(usual, value), { minLength: 3, maxLength: 3 }),
    query: fc.array(fc.tuple(name, value), { maxLength: 4 }),
    encoded: fc.boolean(),
    headers: fc.dictionary(
      fc.constantFrom('if-none-match', 'accept-encoding', 'accept', 'last-event-id', 'origin', 'content-type', 'range'),
      header8Bit,
      { maxKeys: 3 },
    ),
    extra: path === STREAM ? fc.constant('&typo=1') : fc.constant(''),
  });
}

it('answers whatever it is asked of any address that it describes, and never with a mistake of its own', async () => {
  expect(described.length).toBeGreaterThan(10);
  for (const [path, parameters] of described) {
    await fc.assert(
      fc.asyncProperty(requestOf(path, parameters), async ({ method, inPath, query, encoded, headers, extra }) => {
        const put = (part: string): string => (encoded ? encodeURIComponent(part) : part);
        const left = [...inPath];
        const url = path.replace(/\{[^}]*\}/g, () => put(left.shift() ?? '1'));
        const asked = query.map(([name, part]) => `${name}=${put(part)}`).join('&');
        const {
          statusCode,
          headers: said,
          body,
        } = await api.app.inject({ method, url: `${url}?${asked}${extra}`, headers });
        expect(statusCode, body).toBeLessThan(500);
        if (statusCode < 400 || method === 'HEAD') return;
        expect(said['content-type']).toContain('application/problem+json');
        expect(problemDetails.parse(JSON.parse(body)).status).toBe(statusCode);
      }),
      { numRuns: 60 },
    );
  }
});

it('says of a cursor with numbers that no row can have that it is none', async () => {
  for (const first of ['2147483648', '9'.repeat(20), '9'.repeat(78)]) {
    const text = Buffer.from(JSON.stringify([first, '9'.repeat(78)])).toString('base64url');
    for (const url of [`/v1/lps/${OWNER}/bids?cursor=`, `/v1/auctions?cursor=`]) {
      const { statusCode, body } = await api.app.inject(url + text);
      expect(statusCode, `${url}${first}: ${body}`).toBe(400);
    }
  }
});
