import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.js';
import { renderMetrics } from './metrics.js';
import { problemsWith, workInTime, type NodeParts } from './nodeState.js';
import { serveOperations, type OperationsServer } from './server.js';

export interface OperationsArgs extends NodeParts {
  readonly settings: NonNullable<Config['operations']>;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Serves what an operator and a monitoring system want to know of this node. */
export function startOperations(args: OperationsArgs): Promise<OperationsServer> {
  const { settings, pulse, db, chains, signerStates } = args;
  const { host, port, ...limits } = settings;
  return serveOperations({
    host,
    port,
    problems: async () => problemsWith(args, limits, await workInTime(db), Date.now()),
    metrics: async () => {
      const work = await workInTime(db);
      const nowMs = Date.now();
      const ready = problemsWith(args, limits, work, nowMs).length === 0;
      return renderMetrics({ pulse, chains, nowMs, version, ready, work, signers: signerStates });
    },
  });
}
