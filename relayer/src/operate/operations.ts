import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.js';
import type { AuctionTotals } from './auctionTotals.js';
import { renderMetrics } from './metrics.js';
import { inTime, problemsWith, workInTime, type NodeParts } from './nodeState.js';
import { serveOperations, type OperationsServer } from './server.js';

export interface OperationsArgs extends NodeParts {
  readonly settings: NonNullable<Config['operations']>;
  /** Adds up the auctions, of which this stage knows nothing. */
  readonly auctionTotals: (nowMs: number) => Promise<AuctionTotals>;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Serves what an operator and a monitoring system want to know of this node. */
export function startOperations(args: OperationsArgs): Promise<OperationsServer> {
  const { settings, pulse, db, chains, signerStates, auctionTotals } = args;
  const { host, port, ...limits } = settings;
  return serveOperations({
    host,
    port,
    problems: async () => problemsWith(args, limits, await workInTime(db), Date.now()),
    metrics: async () => {
      const nowMs = Date.now();
      const [work, auctions] = await Promise.all([workInTime(db), inTime(auctionTotals(nowMs))]);
      const ready = problemsWith(args, limits, work, nowMs).length === 0;
      return renderMetrics({ pulse, chains, nowMs, version, ready, work, auctions, signers: signerStates });
    },
  });
}
