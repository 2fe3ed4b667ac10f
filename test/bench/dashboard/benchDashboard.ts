import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { buildApi } from '@ala/relayer/api/app';
import { Feed } from '@ala/relayer/api/live/feed';
import { openDatabase } from '@ala/relayer/db/client';
import { openBrowser, openPage } from '../../e2e/browser/openBrowser.js';
import type { Bench } from '../benchTools.js';
import { withClient } from '../database.js';
import { atMost, percentile, type Figure } from '../figures.js';
import { framesWhile, type Frames } from './frames.js';
import { AUCTIONS, fullDeployment, insertFullBook, POOLS } from './fullBook.js';

const MAX_LAG_SEC = 86_400;
const [WHEELS, WHEEL_PIXELS] = [120, 400];
const MOVES = 120;
const WIDTHS = [1_280, 1_000, 700, 390, 800, 1_280];
/** Long enough for some frames of each width. */
const DRAWN_MS = 150;
const TYPED = '123456.78';

/** The built dashboard in Chromium, served by the node's API over a database with 2,048 pools and 10,000 auctions. */
export async function benchDashboard({ server, say }: Bench): Promise<Figure[]> {
  const url = await server.create('dashboard', { migrated: true });
  await withClient(url, (client) => insertFullBook(client, Math.floor(Date.now() / 1_000)));
  const api = await serve(url);
  const browser = await openBrowser();
  try {
    say(`  ${POOLS} pools and ${AUCTIONS} auctions are served`);
    const { page } = await openPage(browser);
    await page.goto(`${api.url}/auctions`);
    await page.getByRole('row').nth(5).waitFor();
    const scrolling = await framesWhile(page, () => scroll(page));
    await page.goto(api.url);
    const chart = page.getByRole('region', { name: 'Depth by premium' }).locator('svg').last();
    await chart.waitFor();
    const hovering = await framesWhile(page, () => hover(page));
    const resizing = await framesWhile(page, () => resize(page));
    const debt = page.getByLabel(/^Debt to cover,/);
    await debt.fill('');
    const typing = await framesWhile(page, () => debt.pressSequentially(TYPED, { delay: 50 }));
    return [
      ...figuresOf('scrolling the auctions', scrolling),
      ...figuresOf('hovering over the depth chart', hovering),
      ...figuresOf('resizing the depth chart', resizing),
      ...figuresOf('typing an amount in the quote', typing),
    ];
  } finally {
    await browser.close();
    await api.stop();
  }
}

/** The API as a node runs it, without the node: nothing moves while it is measured. */
async function serve(databaseUrl: string) {
  const log = pino({ enabled: false });
  const deployment = fullDeployment();
  const database = openDatabase({
    url: databaseUrl,
    onIdleError: () => undefined,
    readOnly: { statementTimeoutMs: 30_000 },
  });
  const { db } = database;
  const feed = new Feed({ db, databaseUrl, deployment, maxChainLagSec: MAX_LAG_SEC, log });
  const settings = {
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    rateLimit: { requests: 1_000_000, windowSec: 60 },
    trustedProxies: [],
    maxChainLagSec: MAX_LAG_SEC,
    operate: true,
    fixedPenaltyBps: { '1': 800 },
    publicRpcUrls: {},
    explorerUrls: {},
    dashboardDir: join(repositoryRoot(), 'dashboard', 'dist', 'site'),
  };
  const nodeState = () => Promise.resolve({ dryRun: false, ready: true, problems: [], lanes: [] });
  const app = await buildApi({ settings, deployment, chains: [], db, feed, version: '0', nodeState }, log);
  const stop = new AbortController();
  const running = feed.run(stop.signal);
  await app.listen({ host: settings.host, port: settings.port });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      stop.abort();
      await app.close();
      await running;
      await database.close();
    },
  };
}

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(600, 500);
  for (let n = 0; n < WHEELS; n++) await page.mouse.wheel(0, n % 4 === 3 ? -WHEEL_PIXELS : WHEEL_PIXELS);
}

async function hover(page: Page): Promise<void> {
  const box = await page.getByRole('region', { name: 'Depth by premium' }).boundingBox();
  if (box === null) throw new Error('the depth chart is not in sight');
  for (let n = 0; n < MOVES; n++) await page.mouse.move(box.x + (box.width * n) / MOVES, box.y + 150 + (n % 60));
}

async function resize(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(DRAWN_MS);
  }
}

function figuresOf(doing: string, { frameMs, longTaskMs }: Frames): Figure[] {
  const common = { peer: null, peerName: '' };
  const note = `${frameMs.length} frames in headless Chromium without a graphics card; ${POOLS} pools of 32 spokes, ${AUCTIONS} auctions`;
  return [
    { ...common, what: `frame while ${doing}, p50`, unit: 'ms', ala: percentile(frameMs, 0.5), target: null, note },
    { ...common, what: `frame while ${doing}, p95`, unit: 'ms', ala: percentile(frameMs, 0.95), target: null, note },
    {
      ...common,
      what: `longest task while ${doing}`,
      unit: 'ms',
      ala: Math.max(0, ...longTaskMs),
      target: atMost(50),
      note: `${note}; ${longTaskMs.length} tasks took 50 ms or longer, and 0 says that none did`,
    },
  ];
}
