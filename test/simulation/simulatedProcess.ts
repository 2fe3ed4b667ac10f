import type pg from 'pg';
import type { RpcEndpoint } from '@ala/relayer/chain/rpcEndpoint';
import type { Chain } from '@ala/relayer/chain/chain';
import { openDatabase, type Database } from '@ala/relayer/db/client';
import type { Clock } from '@ala/relayer/lib/clock';
import { describeQuery, isRead, type Caller, type OutsideCall } from './outsideCall.js';
import { prepared } from './prepared.js';
import type { Scheduler } from './scheduler.js';
import { LET_GO, type Session, type SessionStore } from './sessionStore.js';
import type { SimulatedChain } from './simulatedChain.js';
import { SimulatedProvider } from './simulatedProvider.js';
import type { VirtualClock } from './virtualClock.js';

export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly clock: VirtualClock;
  readonly sessions: SessionStore;
  /** Ends sessions of the database, by their process. */
  readonly terminate: (pids: readonly number[]) => Promise<void>;
  readonly chains: readonly SimulatedChain[];
  readonly openChain: (chain: SimulatedChain, provider: RpcEndpoint) => Chain;
}

type Query = (...args: readonly unknown[]) => Promise<unknown>;

/** A session that belongs to a process until its end. */
interface Held {
  /** How it is asked, whoever watches. */
  readonly query: Query;
  /** The server works on a query of it, or is waited for. */
  running: number;
}

/** One process and its outside: every call of it waits for the scheduler, and may go wrong. */
export class SimulatedProcess implements Caller {
  readonly chains: readonly Chain[];
  readonly database: Database;
  readonly clock: Clock;
  /** To be ended before anything else happens. */
  isCrashing = false;
  private readonly sessions = new Map<Session, Held>();
  /** They have ended for this process, and are another one's when it is gone itself. */
  private readonly broken: Session[] = [];
  /** Of the pool, which has as many as are wanted at a time: none of a node's queries waits for another one's session. */
  private readonly idle: Session[] = [];

  constructor(
    readonly name: string,
    private readonly around: Surroundings,
  ) {
    const { clock } = around;
    this.chains = around.chains.map((chain) => around.openChain(chain, new SimulatedProvider(chain, this)));
    // Its pool connects to nothing: sessions come from the store.
    this.database = openDatabase({ url: 'postgresql://simulated.invalid', onIdleError: () => undefined });
    this.clock = { nowMs: () => clock.nowMs };
    this.watchPool(this.database.pool);
  }

  /** A database session of its own, as a lease has. */
  async openSession(): Promise<pg.Client> {
    const { scheduler, sessions } = this.around;
    const session = await scheduler.track(this, () => sessions.take());
    this.hold(session);
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

  /** As `kill -9`: what it was about to do never happens, and what its sessions hold is let go of. */
  async end(): Promise<void> {
    const { scheduler, sessions, terminate } = this.around;
    scheduler.forget(this);
    for (const session of [...this.broken, ...this.sessions.keys()]) Reflect.deleteProperty(session, 'query');
    const held = [...this.sessions];
    const ending = held.flatMap(([session, { running }]) => (running > 0 ? session : []));
    const reusable = held.flatMap(([session, { running }]) => (running > 0 ? [] : session));
    for (const { connection } of ending) connection.stream.destroy();
    await Promise.all([
      terminate(ending.map(({ processID }) => processID)),
      ...reusable.map((session) => session.query(LET_GO)),
    ]);
    sessions.giveBack([...this.broken, ...reusable]);
    for (const { provider } of this.chains) provider.destroy();
  }

  private crash(): Promise<never> {
    this.isCrashing = true;
    return new Promise(() => undefined);
  }

  private watchPool(pool: pg.Pool): void {
    const { scheduler } = this.around;
    Object.assign(pool, {
      connect: () => scheduler.track(this, () => this.takeSession()),
      query: (...args: readonly unknown[]) =>
        this.perform({
          kind: 'query',
          label: describeQuery(args),
          isRead: isRead(args),
          effect: async (_, worksOnIt) => {
            const session = await this.takeSession();
            worksOnIt(session.processID);
            try {
              return await this.ask(session, args);
            } finally {
              this.idle.push(session);
            }
          },
          fail: () => {
            throw new Error('Connection terminated unexpectedly');
          },
        }),
    });
  }

  private async takeSession(): Promise<Session> {
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    const session = await this.around.sessions.take();
    this.hold(session);
    return Object.assign(session, { release: () => this.sessions.has(session) && this.idle.push(session) });
  }

  /** From here on its queries wait for the scheduler, too. */
  private hold(session: Session): void {
    this.sessions.set(session, { query: session.query.bind(session), running: 0 });
    const { processID } = session;
    Object.assign(session, {
      query: (...args: readonly unknown[]) =>
        this.perform({
          kind: 'query',
          label: `(in its session) ${describeQuery(args)}`,
          isRead: false,
          effect: (_, worksOnIt) => {
            worksOnIt(processID);
            return this.ask(session, args);
          },
          fail: () => this.breakSession(session),
        }),
    });
  }

  private async ask(session: Session, args: readonly unknown[]): Promise<unknown> {
    const held = this.sessions.get(session);
    if (held === undefined) throw new Error('Connection terminated');
    held.running += 1;
    try {
      return await held.query(...prepared(args));
    } finally {
      held.running -= 1;
    }
  }

  private async breakSession(session: Session): Promise<never> {
    const { scheduler } = this.around;
    const held = this.sessions.get(session);
    this.sessions.delete(session);
    // It may have ended before.
    if (held !== undefined) await scheduler.track(this, () => this.endSession(session, held));
    throw new Error('Connection terminated unexpectedly');
  }

  private async endSession(session: Session, { query, running }: Held): Promise<void> {
    if (running > 0) {
      session.connection.stream.destroy();
      return this.around.terminate([session.processID]);
    }
    await query(LET_GO);
    this.broken.push(session);
  }
}
