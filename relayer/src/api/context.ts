import type { ChainProgress } from '@ala/shared/api/chains';
import type { BasketDeployment, Deployment, SpokeDeployment } from '@ala/shared/deployment';
import type { Chain } from '../chain/chain.js';
import type { Config } from '../config/config.js';
import type { Db, Tx } from '../db/client.js';
import type { Feed } from './live/feed.js';
import { progressOf, readLastBlocks } from './live/progress.js';
import type { LaneState } from '../operate/nodeState.js';
import { notFound } from './problems.js';

export type ApiSettings = NonNullable<Config['api']>;

/** How this node is, beside what the database says. */
export interface NodeState {
  readonly dryRun: boolean;
  readonly ready: boolean;
  readonly problems: readonly string[];
  readonly lanes: readonly LaneState[];
}

/** What every route answers from. */
export interface ApiContext {
  readonly settings: ApiSettings;
  readonly deployment: Deployment;
  readonly chains: readonly Chain[];
  /** Read only. */
  readonly db: Db;
  readonly feed: Feed;
  /** The node's. */
  readonly version: string;
  readonly nodeState: () => Promise<NodeState>;
}

export function nowSec(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Reads at one moment of the database, and says how far the chains were then. */
export function inSnapshot<Value>(
  { db, deployment, settings }: ApiContext,
  read: (tx: Tx, progress: readonly ChainProgress[]) => Promise<Value>,
): Promise<Value> {
  return db.transaction(
    async (tx) => read(tx, progressOf(deployment, await readLastBlocks(tx), nowSec(), settings.maxChainLagSec)),
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/** @throws ApiProblem if the deployment has no such basket. */
export function basketOf({ baskets }: Deployment, id: number): BasketDeployment {
  const basket = baskets.find((candidate) => candidate.id === id);
  if (basket === undefined) throw notFound(`there is no basket ${id}: /v1/baskets lists them`);
  return basket;
}

export function chainNameOf({ chains }: Deployment, chainId: number): string {
  return chains.find((chain) => chain.chainId === chainId)?.name ?? `chain ${chainId}`;
}

export function spokeOf({ spokes }: Deployment, id: number): SpokeDeployment | undefined {
  return spokes.find((spoke) => spoke.id === id);
}
