import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import { startDevnet } from '@ala/infra/devnet/devnet';
import { openWorld } from '@ala/infra/devnet/scenario/world';
import { startEmbeddedPostgres } from '@ala/postgres/embeddedPostgres';
import { RestartedNode, type KillStage } from './restartedNode.js';
import { readTokenBalances } from './tokenBalances.js';
import { runTwoAuctions } from './twoAuctions.js';

export interface KillRunArgs {
  readonly basePort: number;
  /** Where the node ends itself, once a step. */
  readonly stage: KillStage;
  /** Steps at which it does not. */
  readonly except?: readonly string[];
  /** Milliseconds between kills from outside, in order; none at the end of the list. */
  readonly killAfterMs?: readonly number[];
}

export interface KillRun {
  readonly balances: Readonly<Record<string, string>>;
  readonly killedAt: readonly string[];
  readonly starts: number;
}

/** No window closes while a node is down: what is compared must not depend on how quickly a machine starts processes. */
const PATIENT_TERMS = {
  callWindowSec: 600,
  maxSnapshotAgeSec: 600,
  activationDelaySec: 1_205,
  activationBucketSec: 100,
  noticeSec: 1_205,
  exitBucketSec: 100,
  settleWindowSec: 3_600,
  feeGraceSec: 3_600,
  routeTimeoutSec: 3_600,
  auctionSec: 7_200,
};

/** A fresh devnet, a fresh database, two auctions, and a node that is killed as told. */
export async function killRun({ basePort, stage, except = [], killAfterMs = [] }: KillRunArgs): Promise<KillRun> {
  const dataDir = mkdtempSync(join(tmpdir(), `ala-kill-${stage}-`));
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'pg'), log: () => undefined });
  const devnet = await startDevnet({ basePort, dataDir, standIns: { executorGraceMs: 0 } });
  const node = new RestartedNode({
    configPath: join(dataDir, 'relayer.json'),
    stage,
    killedFile: join(dataDir, 'killed'),
    logFile: join(dataDir, 'node.log'),
  });
  const killing = new AbortController();
  try {
    const ala = await deployAla(devnet, PATIENT_TERMS);
    const { accounts } = devnet;
    const config = {
      deployment: ala.deploymentPath,
      databaseUrl: postgres.databaseUrl,
      senderKey: accounts.relayer.privateKey,
      operatorKeys: accounts.operators.slice(0, ala.terms.operatorQuorum).map((operator) => operator.privateKey),
      pollIntervalMs: 150,
      executorGraceMs: 0,
    };
    writeFileSync(join(dataDir, 'killed'), except.map((step) => `${step}\n`).join(''));
    writeFileSync(join(dataDir, 'relayer.json'), JSON.stringify(config), { mode: 0o600 });
    const world = openWorld(devnet, ala, () => undefined);
    await runTwoAuctions({
      world,
      startNode: async () => {
        // It brought the LPs their tokens; from here on packets are the node's to commit, deliver and compose.
        await devnet.standIns.executor.stop();
        node.start();
        void killFromOutside(node, killAfterMs, killing.signal);
      },
      check: () => {
        node.check();
      },
    });
    return { balances: await readTokenBalances(world), killedAt: node.killedAt, starts: node.starts };
  } finally {
    killing.abort();
    await node.stop();
    await devnet.stop();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function killFromOutside(node: RestartedNode, delaysMs: readonly number[], signal: AbortSignal): Promise<void> {
  for (const delayMs of delaysMs) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (signal.aborted) return;
    node.kill();
  }
}
