import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;

export interface ConnectionProblem {
  /** The URL without its password. */
  readonly database: string;
  /** What is missing, as the second half of a sentence. */
  readonly message: string;
  readonly cause: unknown;
}

/** Tries to connect once. Undefined when that works. */
export async function connectionProblem(databaseUrl: string): Promise<ConnectionProblem | undefined> {
  let client: pg.Client;
  try {
    client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  } catch (cause) {
    // Neither the text nor its parse error, which quotes it, is shown: a password may stand in it.
    return { database: 'a database', message: 'it is not a URL like postgresql://user:password@host:5432/name', cause };
  }
  const database = `${client.database ?? ''} on ${client.host}:${client.port.toString()}`;
  try {
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (cause) {
    return { database, message: messageFor(cause), cause };
  } finally {
    await client.end();
  }
}

function messageFor(cause: unknown): string {
  const { code, message } = cause as Error & { code?: string };
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'no PostgreSQL server listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'that host name is not known';
    case '28P01':
    case '28000':
      return 'the server refuses this user or password';
    case '3D000':
      return 'the server has no database of that name';
    default:
      return `connecting fails: ${message}`;
  }
}
