import pg from 'pg';

/** What pg knows of a session and its types do not say. */
export type Session = pg.Client & {
  readonly processID: number;
  readonly connection: { readonly stream: { destroy(): void } };
};

/**
 * Sessions of nodes that have ended, for those that start: a server takes longer to begin a session than to answer dozens of queries. A
 * session that is given back has let go of all that it held, as one that ends.
 */
export class SessionStore {
  private readonly idle: Session[] = [];
  /** Sessions begin one after the other, or which of two nodes' lanes comes first would be the server's to say. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly databaseUrl: string) {}

  take(): Promise<Session> {
    return this.inTurn(async () => this.idle.pop() ?? (await this.begin('ala')));
  }

  /** A session that ends with its node: others see from it that the node is gone. */
  open(name: string): Promise<Session> {
    return this.inTurn(() => this.begin(name));
  }

  /** None of them is at work. */
  async giveBack(sessions: readonly Session[]): Promise<void> {
    await Promise.all(sessions.map((session) => session.query('rollback; select pg_advisory_unlock_all()')));
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

  private async begin(name: string): Promise<Session> {
    const session = new pg.Client({ connectionString: this.databaseUrl, application_name: name });
    session.on('error', () => undefined);
    await session.connect();
    return session as Session;
  }
}
