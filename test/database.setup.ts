import { startTestServer } from '@ala/postgres/testServer';
import { migrate } from '@ala/relayer/db/migrate';
// The next two say what a project may provide: the augmented module, and the augmentation.
import type {} from 'vitest';
import type {} from '@ala/postgres/testDatabase';
import type { TestProject } from 'vitest/node';

/** One server for all test files that need a database; see `useTestDatabase`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer({ migrate });
  project.provide('testServerUrl', server.adminUrl);
  return server.stop;
}
