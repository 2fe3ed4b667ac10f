import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { ConfigError } from '../config/config.js';
import { openDatabase } from '../db/client.js';
import { describeError } from '../lib/errors.js';
import { buildApi } from './app.js';
import type { ApiContext } from './context.js';
import { Feed } from './live/feed.js';

export interface ApiServer {
  /** Where it is. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ApiArgs extends Pick<ApiContext, 'settings' | 'deployment' | 'chains' | 'nodeState'> {
  readonly databaseUrl: string;
  readonly log: Logger;
}

/** No statement of an answer takes longer; a database that does not answer by then is said to be away. */
const STATEMENT_TIMEOUT_MS = 2_000;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Serves the API, on connections that only read. It answers from the start; what the database has not said yet is a problem 503.
 * @throws ConfigError if it cannot listen there, or has no dashboard to serve.
 */
export async function startApi({ databaseUrl, log, ...given }: ApiArgs): Promise<ApiServer> {
  const { settings, deployment } = given;
  const stop = new AbortController();
  const database = openDatabase({
    url: databaseUrl,
    onIdleError: (error) => log.debug({ cause: error.message }, 'a database connection of the API broke'),
    maxConnections: 4,
    readOnly: { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  });
  const { db } = database;
  const { maxChainLagSec, host, port } = settings;
  const feed = new Feed({ db, databaseUrl, deployment, maxChainLagSec, log });
  const app = await buildApi({ ...given, version, db, feed }, log).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const running = feed.run(stop.signal);
  const close = async (): Promise<void> => {
    stop.abort();
    await app.close();
    await running;
    await database.close();
  };
  try {
    return { url: await app.listen({ host, port }), close };
  } catch (error) {
    await close();
    throw new ConfigError([`api: cannot listen on ${host}:${port}: ${describeError(error)}`]);
  }
}
