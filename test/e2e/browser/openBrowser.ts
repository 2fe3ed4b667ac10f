import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';

/** Debian's, where the package's own has no build for the machine. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A real Chromium without a window. @throws Error that says what to install */
export async function openBrowser(): Promise<Browser> {
  const isPackaged = process.platform === 'linux' && process.arch === 'x64';
  const executablePath = isPackaged ? await sparticuz.executablePath() : INSTALLED.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('no Chromium: install it as /usr/bin/chromium');
  // A container's root may not open a sandbox; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Hosts that a page may ask: this machine alone. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

export interface WatchedPage {
  readonly page: Page;
  /** What the page must not do and did: errors in the console, exceptions, requests to other machines. */
  readonly problems: readonly string[];
  /** Writes `test/artifacts/<name>.png`. */
  readonly screenshot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface PageOptions {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** A page in a context of its own. */
export async function openPage(browser: Browser, { width = 1_280, scheme = 'light' }: PageOptions = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (/^https?:$/.test(protocol) && !LOOPBACK.has(hostname)) problems.push(`asked ${hostname}`);
  });
  const artifacts = join(repositoryRoot(), 'test', 'artifacts');
  mkdirSync(artifacts, { recursive: true });
  const watched: WatchedPage = {
    page,
    problems,
    screenshot: async (name) => {
      await page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: true });
    },
    close: () => context.close(),
  };
  return watched;
}

/** Serious and critical problems of accessibility, each with its first element. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<axe.AxeResults> } }).axe.run(),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes[0]?.html ?? ''})`);
}
