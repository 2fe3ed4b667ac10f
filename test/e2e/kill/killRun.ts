import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withKillNetwork } from './killNetwork.js';
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

/** A fresh devnet, a fresh database, two auctions, and a node that is killed as told. */
export async function killRun({ basePort, stage, except = [], killAfterMs = [] }: KillRunArgs): Promise<KillRun> {
  return withKillNetwork(basePort, async ({ devnet, world, configPath, dataDir }) => {
    const killedFile = join(dataDir, 'killed');
    writeFileSync(killedFile, except.map((step) => `${step}\n`).join(''));
    const node = new RestartedNode({ configPath, stage, killedFile, logFile: join(dataDir, 'node.log') });
    const killing = new AbortController();
    try {
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
    }
  });
}

async function killFromOutside(node: RestartedNode, delaysMs: readonly number[], signal: AbortSignal): Promise<void> {
  for (const delayMs of delaysMs) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (signal.aborted) return;
    node.kill();
  }
}
