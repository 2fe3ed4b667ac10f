/** A command of the documentation that another test runs, or one like it. */
export interface RunElsewhere {
  readonly command: string;
  /** The test's file. */
  readonly by: string;
  /** Why not here, or what differs. */
  readonly because: string;
}

const START = 'test/e2e/start/start.e2e.test.ts';
const RUNNERS = 'infra/checks/runners.test.mjs';
const DEVNET = 'infra/devnet/devnet.test.ts';
const GAS = 'contracts/scripts/benchGas.test.mjs';
const FORGE = 'contracts/scripts/foundry.test.mjs';
const SIMULATION = 'test/simulation/simulation.e2e.test.ts';

/** What `commands.e2e.test.ts` does not run itself. */
export const RUN_ELSEWHERE: readonly RunElsewhere[] = [
  { command: 'npm start', by: START, because: 'a whole network; ended by a signal, as a reader does' },
  { command: 'npm start -- --once --json', by: START, because: 'a whole network' },
  { command: 'npm start -- --scenario refund', by: START, because: 'a whole network; with --once --json besides' },
  { command: 'npm start -- --base-port 9545', by: START, because: 'on ports of its own, as every start of the test' },
  { command: 'npm start -- --data-dir DIR', by: START, because: 'in a folder of its own, as every start of the test' },
  { command: 'npm test', by: '.ci/run', because: 'it runs this very test' },
  { command: '.ci/run', by: '.ci/run', because: 'it runs this very test' },
  { command: 'npm test -- contracts unit', by: RUNNERS, because: 'it runs tests; its choice of runners is tested' },
  { command: 'node infra/dist/devnet/cli.js', by: DEVNET, because: 'the same devnet, from within the test' },
  { command: 'npm run bench:gas', by: GAS, because: 'a minute of forge; what it reads and prints is tested' },
  { command: 'npm run bench:gas -- --json', by: GAS, because: 'a minute of forge; what it reads and prints is tested' },
  { command: 'npm run bench:gas -- --update', by: GAS, because: 'would write the committed figures' },
  { command: 'npm run simulate', by: SIMULATION, because: 'the same worlds, from within the test' },
  { command: 'npm run simulate -- --seeds 1000 --jobs 2', by: SIMULATION, because: 'with the first 200 of them' },
  { command: 'npm run simulate -- --seed 17', by: SIMULATION, because: 'the same worlds, from within the test' },
  { command: 'npm run simulate -- --break believesOnlyItself', by: SIMULATION, because: 'the same break, in the test' },
  { command: './ala bid skip', by: 'test/e2e/cli/returns.e2e.test.ts', because: 'of a call whose time is over' },
  {
    command: 'npm run openapi',
    by: 'relayer/src/api/openapi.test.ts',
    because: 'the same text, compared instead of written',
  },
  { command: 'npm run abis', by: 'contracts/package.json', because: 'writes sources; each build runs it with --check' },
  {
    command: 'npx vitest run shared/src/clear.test.ts',
    by: 'shared/src/clear.test.ts',
    because: 'vitest runs it here too',
  },
  { command: 'node scripts/forge.mjs test --match-test NAME', by: FORGE, because: 'compiles; how it ends is tested' },
  { command: 'FOUNDRY_PROFILE=deep node scripts/forge.mjs test', by: FORGE, because: 'an hour; how it ends is tested' },
  {
    command: 'npm run dev --workspace dashboard',
    by: 'test/e2e/browser/newcomer.e2e.test.ts',
    because: 'a server for who changes the page; the test has Vite build the same sources, and serves them',
  },
];
