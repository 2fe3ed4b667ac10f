import { pino } from 'pino';
import type { Deployment } from '@ala/shared/deployment';
import { toAddress } from '@ala/shared/ids';
import { openDatabase } from '../db/client.js';
import { buildApi } from './app.js';
import { Feed } from './live/feed.js';

const zero = toAddress(`0x${'0'.repeat(40)}`);

/** What the API is does not depend on what it stands on. */
const nowhere: Deployment = {
  network: 'none',
  profile: 'devnet',
  chains: [],
  hub: { chain: 'none', auctionHub: zero, exchangeVault: zero, engine: zero, operatorSet: zero },
  baskets: [],
  markets: [],
  spokes: [],
  wormholeApi: [],
  devnet: null,
};

/** The description of every route as text, as `/v1/openapi.json` has it where `operate` is on. Connects to nothing. */
export async function openApiText(version: string): Promise<string> {
  const log = pino({ enabled: false });
  const databaseUrl = 'postgres://nowhere';
  const maxChainLagSec = 60;
  const database = openDatabase({ url: databaseUrl, onIdleError: () => undefined });
  const { db } = database;
  const feed = new Feed({ db, databaseUrl, deployment: nowhere, maxChainLagSec, log });
  const settings = {
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    rateLimit: { requests: 1, windowSec: 1 },
    trustedProxies: [],
    maxChainLagSec,
    operate: true,
    fixedPenaltyBps: {},
    publicRpcUrls: {},
    explorerUrls: {},
  };
  const nodeState = () => Promise.resolve({ dryRun: false, ready: false, problems: [], lanes: [] });
  const app = await buildApi({ settings, deployment: nowhere, chains: [], db, feed, version, nodeState }, log);
  await app.ready();
  const text = `${JSON.stringify(app.swagger(), null, 1)}\n`;
  await app.close();
  await database.close();
  return text;
}
