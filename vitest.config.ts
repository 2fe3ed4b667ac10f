import { defineConfig } from 'vitest/config';

// Tests run against the sources of every workspace, not against what was last compiled.
const alias = [
  { find: /^@ala\/(shared|relayer|deploy)\/(.*)$/, replacement: `${import.meta.dirname}/$1/src/$2.ts` },
  { find: /^@ala\/postgres\/(.*)$/, replacement: `${import.meta.dirname}/infra/postgres/$1.ts` },
  { find: /^@ala\/infra\/(.*)$/, replacement: `${import.meta.dirname}/infra/$1.ts` },
];
const ignored = ['**/node_modules/**', '**/dist/**', 'contracts/lib/**'];
const needsNetwork = 'test/**/*.e2e.test.ts';
const needsDatabase = '{shared,relayer,infra,test}/**/*.db.test.ts';

/** A project without a database, and without a network of its own. */
function unit(name: string, include: string[]) {
  return {
    resolve: { alias },
    test: {
      name,
      include,
      exclude: [...ignored, needsDatabase, needsNetwork],
      testTimeout: 20_000,
      hookTimeout: 20_000,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      unit('shared', ['shared/src/**/*.test.ts']),
      unit('relayer', ['relayer/src/**/*.test.ts']),
      unit('deploy', ['deploy/src/**/*.test.ts']),
      unit('dashboard', ['dashboard/src/**/*.test.{ts,tsx}']),
      unit('infra', ['infra/**/*.test.{ts,mjs}', 'contracts/scripts/**/*.test.mjs']),
      unit('test', ['test/**/*.test.ts']),
      {
        resolve: { alias },
        test: {
          name: 'database',
          include: [needsDatabase],
          exclude: ignored,
          globalSetup: ['test/database.setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e',
          include: [needsNetwork],
          exclude: ignored,
          fileParallelism: false,
          // Concurrent tests of a file run whole networks: two cores take two of them.
          maxConcurrency: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
