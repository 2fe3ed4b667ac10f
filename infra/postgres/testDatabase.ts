import { afterAll, beforeAll, inject } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testServer.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by the project's global setup. */
    testServerUrl: string;
  }
}

/**
 * Gives the test file that calls it a migrated database of its own, before its first test, and fails the file when a connection to
 * it is still open after the last. For files named `*.db.test.ts`: only their project has a server.
 *
 * @returns an object whose `url` can be read from `beforeAll` on
 */
export function useTestDatabase(): { readonly url: string } {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await createTestDatabase(inject('testServerUrl'));
  });
  afterAll(async () => {
    await database?.drop();
  });
  return {
    get url() {
      if (database === undefined) throw new Error('the test database exists from beforeAll on');
      return database.databaseUrl;
    },
  };
}
