import pg from 'pg';
import type { RpcEndpoint } from '@ala/relayer/chain/rpcEndpoint';
import type { Chain } from '@ala/relayer/chain/chain';
import { openDatabase, type Database } from '@ala/relayer/db/client';
import type { Clock } from '@ala/relayer/lib/clock';
import { describeQuery, isRead, type Caller, type OutsideCall } from './outsideCall.js';
import type { Scheduler } from './scheduler.js';
import type { SimulatedChain } from './simulatedChain.js';
import { SimulatedProvider } from './simulatedProvider.js';
import type { VirtualClock } from './virtualClock.js';

/** More than a node ever uses at a time: none of its queries waits for another one's connection. */
const MAX_CONNECTIONS = 24;

export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly clock: VirtualClock;
  readonly databaseUrl: string;
  /** Ends sessions of the database, by their process. */
  readonly terminate: (pids: readonly number[]) => Promise<void>;
  readonly chains: readonly SimulatedChain[];
  readonly openChain: (chain: SimulatedChain, provider: RpcEndpoint) => Chain;
}

type Query = (...args: readonly unknown[]) => Promise<unknown>;
/** What pg knows of a session and its types do not say. */
type Session = pg.Client & {
  readonly processID: number;
  readonly connection: { readonly stream: { destroy(): void } };
};

/** One process and its outside: every call of it waits for the scheduler, and may go wrong. */
export class SimulatedProcess implements Caller {
  readonly chains: readonly Chain[];
  readonly database: Database;
  readonly clock: Clock;
  /** To be ended before anything else happens. */
  isCrashing = false;
  /** Of each session how it is asked, whoever watches. */
  private readonly sessions = new Map<Session, Query>();

  constructor(
    readonly name: string,
    private readonly around: Surroundings,
  ) {
    const { clock, databaseUrl: url } = around;
    this.chains = around.chains.map((chain) => around.openChain(chain, new SimulatedProvider(chain, this)));
    this.database = openDatabase({ url, onIdleError: () => undefined, maxConnections: MAX_CONNECTIONS });
    this.clock = { nowMs: () => clock.nowMs };
    this.watchPool(this.database.pool);
  }

  /** A database session of its own, as a lease has. */
  async openSession(): Promise<pg.Client> {
    const session = new pg.Client({ connectionString: this.around.databaseUrl, application_name: 'ala-lane' });
    session.on('error', () => undefined);
    await this.around.scheduler.track(this, () => session.connect());
    this.watch(session as Session);
    return session;
  }

  async perform<T>(call: OutsideCall<T>): Promise<T> {
    const { scheduler, clock } = this.around;
    const fault = await scheduler.arrive({
      owner: this,
      kind: call.kind,
      label: `${this.name} ${call.label}`,
      isRead: call.isRead,
    });
    if (fault?.type === 'crashBefore') return this.crash();
    if (fault?.type === 'failBefore') return call.fail();
    if (fault?.type === 'wrong' && call.wrong !== undefined) return call.wrong();
    if (fault?.type === 'slow') await scheduler.track(this, () => clock.advance(fault.ms));
    const answer = await scheduler.track(this, (worksOnIt) => call.effect(fault, worksOnIt));
    if (fault?.type === 'crashAfter') return this.crash();
    if (fault?.type === 'failAfter') return call.fail();
    return answer;
  }

  /** As `kill -9`: what it was about to do never happens, and its sessions end. */
  async end(): Promise<void> {
    this.around.scheduler.forget(this);
    const sessions = [...this.sessions.keys()];
    for (const { connection } of sessions) connection.stream.destroy();
    await this.around.terminate(sessions.map(({ processID }) => processID));
    for (const { provider } of this.chains) provider.destroy();
  }

  private crash(): Promise<never> {
    this.isCrashing = true;
    return new Promise(() => undefined);
  }

  private watchPool(pool: pg.Pool): void {
    const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
    const { scheduler } = this.around;
    const open = async (): Promise<Session & pg.PoolClient> => {
      const client = (await connect()) as Session & pg.PoolClient;
      this.watch(client);
      return client;
    };
    Object.assign(pool, {
      connect: () => scheduler.track(this, open),
      query: (...args: readonly unknown[]) =>
        this.perform({
          kind: 'query',
          label: describeQuery(args),
          isRead: isRead(args),
          effect: async (_, worksOnIt) => {
            const client = await open();
            worksOnIt(client.processID);
            try {
              return await this.sessions.get(client)?.(...args);
            } finally {
              client.release();
            }
          },
          fail: () => {
            throw new Error('Connection terminated unexpectedly');
          },
        }),
    });
  }

  private watch(session: Session): void {
    if (this.sessions.has(session)) return;
    const query = session.query.bind(session) as Query;
    this.sessions.set(session, query);
    const { processID } = session;
    Object.assign(session, {
      query: (...args: readonly unknown[]) =>
        this.perform({
          kind: 'query',
          label: `(in its session) ${describeQuery(args)}`,
          isRead: false,
          effect: (_, worksOnIt) => {
            worksOnIt(processID);
            return query(...args);
          },
          fail: () => this.breakSession(session),
        }),
    });
  }

  private async breakSession(session: Session): Promise<never> {
    const { scheduler, terminate } = this.around;
    await scheduler.track(this, async () => {
      session.connection.stream.destroy();
      await terminate([session.processID]);
    });
    throw new Error('Connection terminated unexpectedly');
  }
}
