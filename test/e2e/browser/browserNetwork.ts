import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { startLiveNetwork, type LiveNetwork, type LiveNetworkOptions } from '../liveNetwork.js';
import { openBrowser } from './openBrowser.js';

/** A live network whose node serves the dashboard, and a browser. */
export interface BrowserNetwork {
  readonly network: LiveNetwork;
  readonly browser: Browser;
  stop(): Promise<void>;
}

/** Builds the dashboard as it is in the sources now, and serves it; ends what it has started when a step fails. */
export async function startBrowserNetwork(options: LiveNetworkOptions): Promise<BrowserNetwork> {
  await buildDashboard();
  const endings: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const network = await startLiveNetwork(options);
    endings.push(() => network.stop());
    const browser = await openBrowser();
    endings.push(() => browser.close());
    await answers(network);
    return { network, browser, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until the node's API answers. */
export async function answers({ apiUrl }: LiveNetwork): Promise<void> {
  const ask = (): Promise<true | null> =>
    fetch(`${apiUrl}/v1/network`).then(
      ({ ok }) => (ok ? true : null),
      () => null,
    );
  await waitFor(ask, { what: 'the API', timeoutMs: 60_000, pollMs: 200 });
}

async function buildDashboard(): Promise<void> {
  const root = repositoryRoot();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build'], { cwd: join(root, 'dashboard') });
}
