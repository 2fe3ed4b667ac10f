import { closeSync, openSync, readFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import pg from 'pg';
import { pause, waitFor } from '@ala/infra/devnet/chain/waitFor';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { withKillNetwork, type KillNetwork } from './killNetwork.js';
import { readTokenBalances } from './tokenBalances.js';
import { runTwoAuctions } from './twoAuctions.js';

export interface PairRun {
  readonly balances: Readonly<Record<string, string>>;
  /** How many lanes the paused node had to give up when it went on. */
  readonly lanesGivenUp: number;
  /** By chain: transactions of the sender since the first node started, and the attempts that the database knows as mined. */
  readonly transactions: Readonly<Record<string, { readonly onChain: number; readonly mined: number }>>;
  /** Effects that more than one successful transaction was sent for, of those that one is enough for. */
  readonly sentTwice: readonly string[];
}

const PAUSE_MS = 60_000;
/** Two networks may run beside each other; nothing waits for it to pass. */
const PATIENCE_MS = 240_000;
const program = createRequire(import.meta.url).resolve('@ala/relayer/main');

/**
 * Two nodes on one database. The one that leads is killed in the first auction, and started again when that is over. In the second
 * auction the other one, which leads by then, stands still for a minute and goes on.
 */
export async function pairRun(basePort: number): Promise<PairRun> {
  return withKillNetwork(basePort, async (network) => {
    const { devnet, world, databaseUrl, dataDir } = network;
    const database = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    const nodes = [1, 2].map((n) => new PairNode(network.configPath, join(dataDir, `node-${n}.log`)));
    const [first, second] = nodes as [PairNode, PairNode];
    let before: Readonly<Record<string, number>> = {};
    let disturbing: Promise<void> = Promise.resolve();
    try {
      await runTwoAuctions({
        world,
        startNode: async () => {
          await devnet.standIns.executor.stop();
          before = await noncesOf(network);
          first.start();
          await until('the first node to lead', () => first.leads(database));
          second.start();
          disturbing = disturb(database, first, second);
          // Awaited below; until then a failure waits there.
          disturbing.catch(() => undefined);
        },
        check: () => undefined,
      });
      await disturbing;
      return {
        balances: await readTokenBalances(world),
        lanesGivenUp: lanesGivenUp(second),
        transactions: await transactionsOf(network, database, before),
        sentTwice: await sentTwice(database),
      };
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
      await database.end();
    }
  });
}

async function disturb(database: pg.Pool, first: PairNode, second: PairNode): Promise<void> {
  await until('the first plan to be on its way', () => someRow(database, 'commit:%', 1));
  first.kill();
  await until('the second node to close the first auction', () => someRow(database, 'close:%', 1, 'done'));
  first.start();
  await until('the second plan to be on its way', () => someRow(database, 'commit:%', 2));
  second.signal('SIGSTOP');
  // The auction ends without it.
  await Promise.all([
    pause(PAUSE_MS),
    until('the first node to send the refunds home', () => someRow(database, 'dispatch:%:refunded:%', 2, 'done')),
  ]);
  second.signal('SIGCONT');
  // Each lane finds out for itself.
  await until('the second node to give up its lanes', () => lanesGivenUp(second) >= CHAIN_NAMES.length);
}

function lanesGivenUp(node: PairNode): number {
  return node.lines().filter((line) => line.includes('lane given up, standing by')).length;
}

async function someRow(database: pg.Pool, key: string, count: number, state = '%'): Promise<boolean> {
  const { rowCount } = await database.query('select from outbox where key like $1 and state like $2', [key, state]);
  return (rowCount ?? 0) >= count;
}

async function noncesOf({ devnet }: KillNetwork): Promise<Readonly<Record<string, number>>> {
  const entries = CHAIN_NAMES.map(async (name) => {
    const { provider } = devnet.chains[name];
    return [name, await provider.getTransactionCount(devnet.accounts.relayer.address)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function transactionsOf(
  network: KillNetwork,
  database: pg.Pool,
  before: Readonly<Record<string, number>>,
): Promise<PairRun['transactions']> {
  const now = await noncesOf(network);
  const entries = CHAIN_NAMES.map(async (name) => {
    const { chainId } = await network.devnet.chains[name].provider.getNetwork();
    const { rowCount } = await database.query(
      'select from tx_attempts where chain_id = $1 and mined_block is not null',
      [Number(chainId)],
    );
    return [name, { onChain: (now[name] ?? 0) - (before[name] ?? 0), mined: rowCount ?? 0 }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Messages may take several transactions; every other effect takes one. */
async function sentTwice(database: pg.Pool): Promise<string[]> {
  const { rows } = await database.query<{ key: string }>(
    `select key from outbox join tx_attempts on outbox_id = outbox.id
     where succeeded and key not like 'carry:%' group by key having count(*) > 1`,
  );
  return rows.map(({ key }) => key);
}

async function until(what: string, reached: () => Promise<boolean> | boolean): Promise<void> {
  await waitFor(async () => ((await reached()) ? true : null), { what, timeoutMs: PATIENCE_MS });
}

/** A node of production as a process, which is not started again by itself. */
class PairNode {
  private child: ChildProcess | null = null;

  constructor(
    private readonly configPath: string,
    private readonly logFile: string,
  ) {}

  start(): void {
    const log = openSync(this.logFile, 'a');
    this.child = spawn(process.execPath, [program, '--config', this.configPath], { stdio: ['ignore', log, log] });
    closeSync(log);
  }

  lines(): string[] {
    return readFileSync(this.logFile, 'utf8').split('\n');
  }

  /** Whether a lease is held by each lane; true of this node while no other runs. */
  async leads(database: pg.Pool): Promise<boolean> {
    // Before that there are no tables.
    if (!this.lines().some((line) => line.includes('node is running'))) return false;
    const { rowCount } = await database.query('select from leases where expires_at > clock_timestamp()');
    return rowCount === CHAIN_NAMES.length;
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  kill(): void {
    this.signal('SIGKILL');
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // A process that stands still takes no notice of anything gentler.
    child.kill('SIGKILL');
    await ended;
  }
}
