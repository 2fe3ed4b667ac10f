import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { DEFAULT_BASE_PORT, defaultDataDir } from '../devnet/devnet.js';

export type ScenarioName = 'liquidation' | 'refund';

/** What `npm start` was asked to do. */
export interface StartOptions {
  /** Exit after the scenario. */
  readonly once: boolean;
  /** End with the result as one line of JSON. */
  readonly json: boolean;
  readonly scenario: ScenarioName;
  readonly basePort: number;
  /** Where logs, configurations, the deployment file and the database go. */
  readonly dataDir: string;
}

export const USAGE = `usage: npm start -- [--once] [--json] [--scenario liquidation|refund] [--base-port PORT] [--data-dir DIR]
  --once             end after the scenario, with status 0 if all went through
  --json             the result as one line of JSON, the last one
  --scenario NAME    liquidation, or refund: the price falls again while capital is on its way
  --base-port PORT   of the hub's chain; the six after it are taken too
  --data-dir DIR     where logs, configurations, the deployment file and the database go`;

export class UsageError extends Error {
  constructor(problem: string) {
    super(`${problem}\n${USAGE}`);
    this.name = 'UsageError';
  }
}

const HIGHEST_BASE_PORT = 65_529;

/** @throws UsageError */
export function readOptions(argv: readonly string[]): StartOptions {
  const values = parse(argv);
  const scenario = values.scenario ?? 'liquidation';
  if (scenario !== 'liquidation' && scenario !== 'refund') throw new UsageError(`there is no scenario ${scenario}`);
  const port = values['base-port'] ?? String(DEFAULT_BASE_PORT);
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > HIGHEST_BASE_PORT) {
    throw new UsageError(`--base-port wants a number from 1 to ${HIGHEST_BASE_PORT}, not ${port}`);
  }
  return {
    once: values.once ?? false,
    json: values.json ?? false,
    scenario,
    basePort: Number(port),
    dataDir: resolve(values['data-dir'] ?? defaultDataDir()),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        scenario: { type: 'string' },
        'base-port': { type: 'string' },
        'data-dir': { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}
