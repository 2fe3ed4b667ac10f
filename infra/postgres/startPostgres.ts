import { connectionProblem } from './connectionProblem.js';
import { startEmbeddedPostgres, type EmbeddedPostgresOptions, type RunningPostgres } from './embeddedPostgres.js';

/** Thrown when DATABASE_URL names a database that does not answer as it should. */
export class DatabaseUnreachableError extends Error {
  constructor(
    /** The URL without its password. */
    readonly database: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `DATABASE_URL names ${database}, but ${problem}. Correct it, or unset it to use the PostgreSQL that comes along.`,
      options,
    );
    this.name = 'DatabaseUnreachableError';
  }
}

/**
 * The database to work with: the one of `DATABASE_URL` when that is set (nothing is started then, and `stop` does nothing), else
 * the embedded one, started here.
 *
 * @throws DatabaseUnreachableError when `DATABASE_URL` is set and does not take connections
 */
export async function startPostgres(
  options: EmbeddedPostgresOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RunningPostgres> {
  const databaseUrl = environment['DATABASE_URL'];
  if (databaseUrl === undefined || databaseUrl === '') return startEmbeddedPostgres(options);
  const problem = await connectionProblem(databaseUrl);
  if (problem !== undefined) {
    throw new DatabaseUnreachableError(problem.database, problem.message, { cause: problem.cause });
  }
  return { databaseUrl, stop: () => Promise.resolve() };
}
