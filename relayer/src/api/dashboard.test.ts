import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contentPolicy, serveDashboard } from './dashboard.js';

let dir: string;
let app: FastifyInstance;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ala-dashboard-'));
  app = fastify();
});

afterEach(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

/** A site of one page and one script, behind a server that knows nothing else. */
async function serve(): Promise<void> {
  mkdirSync(join(dir, 'assets'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html>page');
  writeFileSync(join(dir, 'assets', 'main-1a2b.js'), 'script');
  writeFileSync(join(dir, 'assets', 'main-1a2b.js.gz'), gzipSync('script'));
  const dashboard = await serveDashboard(app, dir, ['http://rpc.example:8545/path']);
  app.setNotFoundHandler((request, reply) =>
    dashboard.isPage(request) ? dashboard.sendPage(reply) : reply.code(404).send('nothing'),
  );
}

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { accept: 'text/html', ...headers } });

it('answers every address of a page with the page, asked for anew each time, under the policy', async () => {
  await serve();
  for (const url of ['/', '/auctions', `/auctions/0x${'a'.repeat(64)}`]) {
    const { statusCode, body, headers } = await get(url);
    expect([statusCode, body], url).toEqual([200, '<!doctype html>page']);
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-security-policy']).toContain("connect-src 'self' http://rpc.example:8545;");
  }
});

it('leaves to the API what is its own, and says of a file that it is not there', async () => {
  await serve();
  for (const url of ['/v1', '/v1/nothing', '/docs/nothing', '/assets/gone.js']) {
    expect((await get(url)).statusCode, url).toBe(404);
  }
  expect((await get('/auctions', { accept: 'application/json' })).statusCode).toBe(404);
});

it('has browsers keep what has a hash in its name, and sends it as it was compressed', async () => {
  await serve();
  const { headers, rawPayload } = await get('/assets/main-1a2b.js', { 'accept-encoding': 'gzip' });
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers['content-encoding']).toBe('gzip');
  expect(rawPayload).toEqual(gzipSync('script'));
});

it('says what to do where nothing was built', async () => {
  await expect(serveDashboard(app, dir, [])).rejects.toThrow('build it with npm run build');
});

it('lets a page ask the node and the RPCs that it names, and run no code of others', () => {
  const policy = contentPolicy(['https://a.example/key', 'https://a.example/other', 'https://b.example']);
  expect(policy).toContain("connect-src 'self' https://a.example https://b.example;");
  expect(policy).toContain("default-src 'self';");
  expect(policy).not.toMatch(/script-src|unsafe-eval|\*/);
});
