import { readFileSync } from 'node:fs';
import { pause } from '../chain/waitFor.js';

export type LogLine = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Work that is repeated for as long as the program runs. An error is logged, and the next round tries again. */
export interface StandIn {
  readonly pollMs: number;
  tick(): Promise<void>;
}

const json = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/**
 * Runs a stand-in as a program of its own: reads its config (JSON, which the devnet has written) from the file named on the
 * command line, says `ready`, and
 * repeats. It keeps no state but what it reads from the chains, and may be killed and started again at any moment.
 * Ends when its parent's channel closes.
 */
export async function runStandIn(
  name: string,
  open: (config: unknown, log: LogLine) => Promise<StandIn>,
): Promise<never> {
  for (const event of ['disconnect', 'SIGINT', 'SIGTERM'] as const) process.on(event, () => process.exit(0));
  const log: LogLine = (message, fields = {}) => {
    process.stdout.write(
      `${JSON.stringify({ time: new Date().toISOString(), name, msg: message, ...fields }, json)}\n`,
    );
  };
  const path = process.argv[2];
  if (path === undefined) throw new Error(`usage: ${name} CONFIG-FILE`);
  const config = JSON.parse(readFileSync(path, 'utf8')) as unknown;
  const standIn = await open(config, log);
  process.send?.('ready', undefined, undefined, () => undefined);
  log('ready');
  for (;;) {
    try {
      await standIn.tick();
    } catch (error) {
      log('round failed, trying again', { error: error instanceof Error ? error.message : String(error) });
      await pause(10 * standIn.pollMs);
    }
    await pause(standIn.pollMs);
  }
}
