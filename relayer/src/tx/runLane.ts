import pg from 'pg';
import { CONNECT_TIMEOUT_MS } from '../db/client.js';
import { endpointOf } from '../lib/endpoint.js';
import { describeError } from '../lib/errors.js';
import { backoffMs, pause } from '../lib/retry.js';
import { laneStep, type LaneArgs } from './lane.js';
import { laneLock } from './laneLock.js';

export interface RunLaneArgs extends LaneArgs {
  readonly databaseUrl: string;
  /** How long an idle lane waits before it looks again. */
  readonly idleMs: number;
  /** Told of each time that the lane could not go on. */
  readonly onFailure: () => void;
}

/** How often a node that does not hold the lock asks for it. */
const STANDBY_MS = 500;

/**
 * Runs a lane until the signal is aborted. Of all nodes on one database only the holder of the lane's advisory lock
 * sends: two senders with one key would take each other's nonces.
 */
export async function runLane(args: RunLaneArgs): Promise<void> {
  let failures = 0;
  while (!args.signal.aborted) {
    try {
      await whileLeading(args, async (leading) => {
        while (leading()) {
          const worked = await laneStep(args);
          failures = 0;
          if (!worked) await pause(args.idleMs, args.signal);
        }
      });
    } catch (error) {
      failures += 1;
      args.onFailure();
      const { name, deployment } = args.chain;
      const where = { chain: name, rpc: endpointOf(deployment.rpcUrl) };
      if (failures === 1)
        args.log.warn({ ...where, cause: describeError(error) }, 'lane cannot reach chain or database, retrying');
    }
    await pause(backoffMs({ firstMs: 100, maxMs: 5_000 }, Math.max(1, failures)), args.signal);
  }
}

/** Waits for the lane's lock and runs `lead` while this node holds it; returns when the lock's connection is lost. */
async function whileLeading(args: RunLaneArgs, lead: (leading: () => boolean) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    connectionString: args.databaseUrl,
    application_name: 'ala-lane',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  let connected = true;
  client.on('error', () => (connected = false));
  client.on('end', () => (connected = false));
  await client.connect();
  try {
    const lock = laneLock(args.chain.chainId, args.wallet.address);
    const holds = () => connected && !args.signal.aborted;
    while (holds()) {
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
        lock.toString(),
      ]);
      if (rows[0]?.locked === true) {
        await lead(holds);
        return;
      }
      await pause(STANDBY_MS, args.signal);
    }
  } finally {
    await client.end();
  }
}
