import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import { startDevnet, type Devnet } from '@ala/infra/devnet/devnet';
import { openWorld, type World } from '@ala/infra/devnet/scenario/world';
import { startEmbeddedPostgres } from '@ala/postgres/embeddedPostgres';

/** A devnet with ALA on it and a database, and the configuration of the nodes that are to run and to be killed there. */
export interface KillNetwork {
  readonly devnet: Devnet;
  readonly world: World;
  readonly databaseUrl: string;
  readonly configPath: string;
  /** Of this network alone; removed in the end. */
  readonly dataDir: string;
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
  callTimeoutSec: 10_800,
  auctionSec: 7_200,
};

/** Starts everything afresh, lets `use` run on it, and ends it. */
export async function withKillNetwork<Result>(
  basePort: number,
  use: (network: KillNetwork) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), `ala-kill-${basePort}-`));
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'pg'), log: () => undefined });
  const devnet = await startDevnet({ basePort, dataDir, standIns: { executorGraceMs: 0 } });
  try {
    const ala = await deployAla(devnet, PATIENT_TERMS);
    const { accounts } = devnet;
    const { databaseUrl } = postgres;
    const config = {
      deployment: ala.deploymentPath,
      databaseUrl,
      senderKey: accounts.relayer.privateKey,
      operatorKeys: accounts.operators.slice(0, ala.terms.operatorQuorum).map((operator) => operator.privateKey),
      pollIntervalMs: 150,
      executorGraceMs: 0,
    };
    const configPath = join(dataDir, 'relayer.json');
    writeFileSync(configPath, JSON.stringify(config), { mode: 0o600 });
    return await use({ devnet, world: openWorld(devnet, ala, () => undefined), databaseUrl, configPath, dataDir });
  } finally {
    await devnet.stop();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
