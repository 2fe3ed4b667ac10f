import pg from 'pg';

/** What pg knows of a session and its types do not say. */
export type Session = pg.Client & {
  readonly processID: number;
  readonly connection: { readonly stream: { destroy(): void } };
};

/** `sim.pg_stat_activity` tells by its turn whose a session is. */
const BEGUN =
  'insert into sim.turns values (pg_backend_pid(), 0) on conflict (pid) do update set turn = turns.turn + 1';

/** Undoes what the session has not committed and unlocks what it has locked, as its end would; it is at work on nothing. */
export const LET_GO = `rollback; select pg_advisory_unlock_all();
  update sim.turns set turn = turn + 1 where pid = pg_backend_pid()`;

/**
 * Sessions of nodes that have ended, for those that start: a server takes longer to begin a session than to answer dozens of queries. A
 * session that is given back has let go of all that it held, and is another one from then on to whoever asks which there are.
 */
export class SessionStore {
  private readonly idle: Session[] = [];
  /** Sessions begin one after the other, or which of two nodes' lanes comes first would be the server's to say. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly databaseUrl: string) {}

  take(): Promise<Session> {
    return this.inTurn(async () => this.idle.pop() ?? (await this.begin()));
  }

  /** @param sessions They have let go of everything, and nobody who had them goes on. */
  giveBack(sessions: readonly Session[]): void {
    this.idle.push(...sessions);
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((session) => session.end()));
  }

  private inTurn(next: () => Promise<Session>): Promise<Session> {
    const session = this.last.then(next);
    this.last = session.catch(() => undefined);
    return session;
  }

  private async begin(): Promise<Session> {
    const session = new pg.Client({ connectionString: this.databaseUrl, application_name: 'ala' });
    session.on('error', () => undefined);
    await session.connect();
    await session.query(BEGUN);
    return session as Session;
  }
}
