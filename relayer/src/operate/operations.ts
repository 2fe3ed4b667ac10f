import { readFileSync } from 'node:fs';
import type { Chain } from '../chain/chain.js';
import type { Config } from '../config/config.js';
import type { Db } from '../db/client.js';
import { unlessAborted } from '../lib/retry.js';
import { renderMetrics } from './metrics.js';
import type { Pulse } from './pulse.js';
import { readinessProblems } from './readiness.js';
import { serveOperations, type OperationsServer } from './server.js';
import type { SignerState } from './signerState.js';
import { readWork, type Work } from './work.js';

export interface OperationsArgs {
  readonly settings: NonNullable<Config['operations']>;
  readonly pulse: Pulse;
  readonly db: Db;
  readonly chains: readonly Chain[];
  readonly signerStates: readonly SignerState[];
}

/** A scrape answers within this time, with what it has by then. */
const PATIENCE_MS = 2_000;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Serves what an operator and a monitoring system want to know of this node. */
export function startOperations(args: OperationsArgs): Promise<OperationsServer> {
  const { settings, pulse, db, chains, signerStates } = args;
  const { host, port, ...limits } = settings;
  const names = new Map(chains.map(({ name, chainId }): [number, string] => [chainId, name]));
  const problemsWith = (work: Work | null, nowMs: number): string[] =>
    readinessProblems({
      limits,
      nowMs,
      missing: pulse.missing,
      lastAtHead: pulse.lastAtHead,
      chainProblems: pulse.chainProblems,
      signers: signerStates,
      names,
      work,
    });
  return serveOperations({
    host,
    port,
    problems: async () => problemsWith(await inTime(readWork(db)), Date.now()),
    metrics: async () => {
      const work = await inTime(readWork(db));
      const nowMs = Date.now();
      const ready = problemsWith(work, nowMs).length === 0;
      return renderMetrics({ pulse, names, nowMs, version, ready, work, signers: signerStates });
    },
  });
}

/** Null if it fails or takes too long: the answer says what is missing, and does not wait for it. */
function inTime<Value>(work: Promise<Value>): Promise<Value | null> {
  return unlessAborted(
    work.catch(() => null),
    AbortSignal.timeout(PATIENCE_MS),
  );
}
