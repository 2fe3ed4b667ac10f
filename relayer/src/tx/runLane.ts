import pg from 'pg';
import { endpointsOf } from '../chain/chain.js';
import { CONNECT_TIMEOUT_MS } from '../db/client.js';
import { childOf } from '../lib/childSignal.js';
import { describeError } from '../lib/errors.js';
import { backoffMs, pause } from '../lib/retry.js';
import type { Wake } from '../lib/wake.js';
import { laneStep } from './lane.js';
import type { LaneArgs } from './laneArgs.js';
import { LaneMemory } from './laneMemory.js';
import { fence, leaseName, LeaseLostError, renewLease, takeLease, type Lease } from './lease.js';

export interface RunLaneArgs extends Omit<LaneArgs, 'fence' | 'memory'> {
  readonly databaseUrl: string;
  /** How long an idle lane waits before it looks again, unless it is told that rows were written. */
  readonly idleMs: number;
  readonly due: Wake;
  /** Told of each time that the lane could not go on. */
  readonly onFailure: () => void;
}

/** How long a node that stands still keeps its lane. */
const LEASE_MS = 10_000;
/** A lease is renewed so many times before it would expire. */
const RENEWALS_A_LEASE = 5;
/** How often a lane looks whether a block has what it sent. */
const RECEIPT_POLL = { firstMs: 10, maxMs: 500 };
/** How often a node that does not hold the lease asks for it. */
const STANDBY_MS = 500;

/**
 * Runs a lane until the signal is aborted. Of all nodes on one database only the holder of the lane's lease sends: two
 * senders with one key would take each other's nonces. A holder that dies is followed at once, one that stands still when its lease
 * has expired; when it goes on, it stores nothing more (`fence`), and what it had stored is the same bytes for whoever sends them.
 */
export async function runLane(args: RunLaneArgs): Promise<void> {
  const { chain, log, signal } = args;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await whileHolding(args, async (term) => {
        const held: LaneArgs = { ...args, fence: (tx) => fence(tx, term.lease), memory: new LaneMemory() };
        try {
          for (let waited = 0; term.holds();) {
            const outcome = await laneStep(held);
            failures = 0;
            waited = outcome === 'waiting' ? waited + 1 : 0;
            if (outcome === 'idle') await args.due.wait(args.idleMs, signal);
            if (outcome === 'waiting')
              await args.due.wait(Math.min(args.idleMs, backoffMs(RECEIPT_POLL, waited)), signal);
          }
        } catch (error) {
          // A node that stood still may find its requests timed out before it finds its lease gone; the lease is what matters.
          if (signal.aborted || (await term.renew())) throw error;
          throw new LeaseLostError(term.lease, { cause: error });
        }
        if (!signal.aborted) throw new LeaseLostError(term.lease);
      });
    } catch (error) {
      if (error instanceof LeaseLostError) {
        log.warn({ chain: chain.name, cause: describeError(error) }, 'lane given up, standing by');
      } else {
        failures += 1;
        args.onFailure();
        const where = { chain: chain.name, rpc: endpointsOf(chain) };
        if (failures === 1)
          log.warn({ ...where, cause: describeError(error) }, 'lane cannot reach chain or database, retrying');
      }
    }
    await pause(backoffMs({ firstMs: 100, maxMs: 5_000 }, Math.max(1, failures)), signal);
  }
}

/** Waits for the lane's lease and runs `lead` while this node holds it; the lease ends with its session. */
async function whileHolding(args: RunLaneArgs, lead: (term: HeldTerm) => Promise<void>): Promise<void> {
  const { signal } = args;
  const name = leaseName(args.chain.chainId, args.signer.address);
  const session = new pg.Client({
    connectionString: args.databaseUrl,
    application_name: 'ala-lane',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // A server that takes a query and never answers is not to hold up the next session.
    query_timeout: LEASE_MS,
  });
  let connected = true;
  session.on('error', () => (connected = false));
  session.on('end', () => (connected = false));
  const alive = (): boolean => connected && !signal.aborted;
  await session.connect();
  try {
    while (alive()) {
      const askedAtMs = performance.now();
      const lease = await takeLease(session, name, LEASE_MS);
      if (lease !== null) {
        const term = new HeldTerm(session, lease, alive, askedAtMs + LEASE_MS);
        await term.keepWhile(() => lead(term), signal);
        return;
      }
      await pause(STANDBY_MS, signal);
    }
  } finally {
    await session.end();
  }
}

/** A lease while it is held: renewed beside the work, and over in time by this process's own clock as well. */
class HeldTerm {
  constructor(
    private readonly session: pg.Client,
    readonly lease: Lease,
    private readonly alive: () => boolean,
    private untilMs: number,
  ) {}

  holds(): boolean {
    return this.alive() && performance.now() < this.untilMs;
  }

  /** Never rejects: a lease that cannot be renewed is over. */
  async renew(): Promise<boolean> {
    const askedAtMs = performance.now();
    const renewed = await renewLease(this.session, this.lease, LEASE_MS).catch(() => false);
    this.untilMs = renewed ? askedAtMs + LEASE_MS : 0;
    return renewed;
  }

  async keepWhile(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const over = childOf(signal);
    const renewing = this.renewUntil(over.signal);
    try {
      await work();
    } finally {
      over.abort();
      over.release();
      await renewing;
    }
  }

  private async renewUntil(over: AbortSignal): Promise<void> {
    for (;;) {
      await pause(LEASE_MS / RENEWALS_A_LEASE, over);
      if (over.aborted || !(await this.renew())) return;
    }
  }
}
