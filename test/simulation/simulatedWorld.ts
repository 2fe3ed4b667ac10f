import { pino, type Logger } from 'pino';
import { followOnce } from '@ala/relayer/ingest/followOnce';
import { BITCOIN, ETHER } from '@ala/infra/devnet/scenario/positions';
import { chainOf } from '@ala/shared/deployment';
import { Bridges } from './bridges.js';
import { drawFault, drawRates, type FaultRates } from './faults.js';
import { Random } from './random.js';
import { readerOf, relayerTasks, type Breaks, type Task } from './relayerNode.js';
import { RunningNode } from './runningNode.js';
import { Scheduler, type Waiting } from './scheduler.js';
import { MAX_REORG, type SimulatedChain } from './simulatedChain.js';
import type { SimulatedNetwork } from './simulatedNetwork.js';
import { SimulatedProcess } from './simulatedProcess.js';
import { VirtualClock } from './virtualClock.js';
import { WorldActions } from './worldActions.js';
import type { WorldLog } from './worldLog.js';

/** Block timestamps of honest chains differ by some seconds. */
const MOST_SKEW_SEC = 5;

export interface WorldArgs {
  readonly network: SimulatedNetwork;
  readonly seed: number;
  readonly log: (elapsedMs: () => number) => WorldLog;
  readonly breaks: Breaks;
}

/** One world: chains, bridges, people, a database and one or two nodes, all at the same virtual time. */
export class SimulatedWorld {
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly scheduler: Scheduler;
  readonly bridges: Bridges;
  readonly actions: WorldActions;
  readonly log: WorldLog;
  readonly rates: FaultRates;
  nodes: RunningNode[] = [];
  private readonly productLog: Logger;
  private started = 0;

  constructor(private readonly args: WorldArgs) {
    const { network, seed } = args;
    const { database, devnet, ala, startSec } = network;
    this.random = new Random(seed);
    this.rates = drawRates(this.random);
    this.clock = new VirtualClock((nowMs) => database.setTime(nowMs));
    this.scheduler = new Scheduler((pids) => database.waitingForLocks(pids));
    this.log = args.log(() => this.clock.nowMs - startSec * 1_000);
    const chains = new Map(network.chains.map((chain) => [chain.name, chain]));
    this.bridges = new Bridges({ devnet, deployment: ala.deployment, chains });
    this.actions = new WorldActions(network, this.random, (text) => this.log.say(text));
    this.productLog = pino({ base: null, level: 'info' }, { write: (line: string) => this.log.say(readable(line)) });
  }

  get chains(): readonly SimulatedChain[] {
    return this.args.network.chains;
  }

  /** So many transactions of nodes have the chains taken. */
  get sentByNodes(): number {
    return this.chains.reduce((sum, { sentRaw }) => sum + sentRaw, 0);
  }

  /** Brings everything to where every world begins. */
  async begin(): Promise<void> {
    const { network } = this.args;
    for (const chain of this.chains) {
      await chain.reset();
      chain.skewSec = this.random.between(-MOST_SKEW_SEC, MOST_SKEW_SEC);
    }
    await network.database.reset();
    await this.clock.set(network.startSec * 1_000);
    for (const chain of this.chains) await chain.mineShared(this.clock.nowSec);
  }

  /** Another node on the same database and with the same keys. */
  startNode(): RunningNode {
    const { network, breaks } = this.args;
    const { config, terms, database } = network;
    this.started += 1;
    const process = new SimulatedProcess(`node ${this.started}`, {
      scheduler: this.scheduler,
      clock: this.clock,
      sessions: database.sessions,
      terminate: (pids) => database.terminate(pids),
      chains: this.chains,
      openChain: ({ name }, provider) => {
        const deployment = chainOf(config.deployment, name);
        return { name, chainId: deployment.chainId, deployment, provider, endpoints: [provider] };
      },
    });
    const askForVaa = this.askFor(process);
    const tasks = relayerTasks({ process, config, terms, log: this.productLog, askForVaa, breaks });
    const node = new RunningNode(process, tasks, this.log);
    this.nodes.push(node);
    this.log.say(`${process.name} starts`);
    return node;
  }

  async endNode(node: RunningNode, how: string): Promise<void> {
    this.nodes = this.nodes.filter((other) => other !== node);
    await node.process.end();
    this.log.say(`${node.process.name} ${how}`);
  }

  /** Begins a step, which goes on until its first call. */
  async step(node: RunningNode, task: Task): Promise<void> {
    node.begin(task);
    await this.scheduler.settled();
  }

  /** Lets one call happen, with what the rates say may go wrong with it. */
  async release(waiting: Waiting, rates: FaultRates): Promise<void> {
    const fault = waiting.kind === null ? null : drawFault(this.random, rates, waiting.kind);
    if (waiting.kind !== null) {
      if (fault === null) this.log.call(waiting.label);
      else this.log.say(`${waiting.label}: ${fault.type}`);
    }
    await this.scheduler.release(waiting, fault);
    for (const node of this.nodes) if (node.process.isCrashing) await this.endNode(node, 'crashes');
  }

  /** Lets the next call happen without a fault, and all reads at once; false if none waits. */
  async goOn(): Promise<boolean> {
    const ready = this.scheduler.ready(this.clock.nowMs);
    const reads = ready.filter(({ isRead }) => isRead);
    const chosen = reads.length > 0 ? reads : ready.slice(0, 1);
    for (const { kind, label } of chosen) if (kind !== null) this.log.call(label);
    if (chosen.length > 0) await this.scheduler.releaseTogether(chosen);
    return chosen.length > 0;
  }

  /** A block more on each of these chains. */
  async mine(chains: readonly SimulatedChain[]): Promise<void> {
    for (const chain of chains) await chain.mine(this.clock.nowSec);
  }

  /** Messages that are deep enough to be carried; without those that were attested, unless `all`. */
  messages(depth = MAX_REORG, all = false) {
    return this.bridges.messages(this.args.network.baseBlocks, depth, all);
  }

  /** Blocks for what waits for one. */
  async mineWaiting(): Promise<void> {
    await this.mine(await this.chainsWithPending());
  }

  /** As if whoever holds a lane had stood still. */
  async expireLeases(): Promise<void> {
    this.log.say('leases expire');
    // A lease that a transaction under way has looked at is locked until that ends, which only the world can bring about.
    await this.args.network.database.ask(
      'update leases set expires_at = sim.now() where name in (select name from leases for update skip locked)',
    );
  }

  /** Chains where something waits for a block. */
  async chainsWithPending(): Promise<readonly SimulatedChain[]> {
    const pending = await Promise.all(this.chains.map((chain) => chain.hasPending()));
    return this.chains.filter((_, index) => pending[index]);
  }

  /** Chains where an effect is due, or a transaction is under way. */
  async chainsWithWork(): Promise<readonly SimulatedChain[]> {
    const rows = await this.args.network.database.ask<{ chain_id: string }>(
      `select chain_id from outbox where state not in ('done', 'obsolete') and run_at <= sim.now()
       union select chain_id from tx_attempts where open`,
    );
    const ids = new Set(rows.map((row) => Number(row.chain_id)));
    return this.chains.filter(({ chainId }) => ids.has(chainId));
  }

  /** Whether an effect is to be had or a message to be carried, or anything was done about one since then. */
  async hasWork(sinceMs: number): Promise<boolean> {
    const rows = await this.args.network.database.ask<{ live: number }>(
      `select (select count(*) from outbox where state not in ('done', 'obsolete') or updated_at >= to_timestamp($1))::int
         + (select count(*) from tx_attempts where open)::int as live`,
      [sinceMs / 1_000],
    );
    if (rows[0]?.live !== 0 || (await this.messages(0)).length > 0) return true;
    return (await this.chainsWithPending()).length > 0;
  }

  /** How long until a lane has something to do, within bounds. */
  async untilNextDueMs(leastMs: number, mostMs: number): Promise<number> {
    const rows = await this.args.network.database.ask<{ ms: number | null }>(
      `select (extract(epoch from min(run_at) - sim.now()) * 1000)::float8 as ms
       from outbox where state not in ('done', 'obsolete')`,
    );
    return Math.min(mostMs, Math.max(leastMs, Math.ceil(rows[0]?.ms ?? leastMs)));
  }

  async openFirstAuctions(): Promise<void> {
    await this.actions.openAuction(ETHER);
    if (this.random.chance(0.5)) await this.actions.openAuction(BITCOIN);
  }

  /** Reads what the chains have beyond what the database holds, as a node without faults. */
  async readChains(): Promise<void> {
    const { config } = this.args.network;
    const reader = this.startNode();
    const { process } = reader;
    for (const chain of process.chains) {
      const { deployment } = config;
      const reader = readerOf(deployment, chain);
      const common = { deployment, reader, db: process.database.db, log: this.productLog };
      const reading = (async () => {
        while (
          (await followOnce({ ...common, chain, cause: () => Promise.resolve([]), onWritten: () => undefined })) !==
          'idle'
        );
      })();
      await this.scheduler.settled();
      while (await this.goOn());
      await reading;
    }
    await this.endNode(reader, 'has read the chains');
  }

  private askFor(process: SimulatedProcess): Bridges['vaaOf'] {
    return (apiUrl, source, sequence) =>
      process.perform({
        kind: 'rpc',
        label: `guardian ${source.chainId}/${sequence}`,
        isRead: true,
        effect: () => this.bridges.vaaOf(apiUrl, source, sequence),
        fail: () => {
          throw new Error('the guardian does not answer');
        },
      });
  }
}

/** A line of the node's own log, without what is the same in all of them. */
function readable(line: string): string {
  const { msg, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const fields = Object.entries(rest).filter(([name]) => name !== 'level' && name !== 'time');
  return `says: ${String(msg)} ${JSON.stringify(Object.fromEntries(fields))}`;
}
