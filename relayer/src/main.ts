import { Command } from 'commander';
import { pino } from 'pino';
import { ConfigError, readConfig } from './config/config.js';
import { runNode } from './node.js';

/** The relayer node's program: `node dist/main.js --config FILE`. Ends on SIGINT and SIGTERM; 2 = broken configuration. */
async function main(): Promise<void> {
  const { config: path } = new Command()
    .name('ala-relayer')
    .requiredOption('--config <file>', 'configuration (YAML or JSON)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse()
    .opts<{ config: string }>();
  const config = readConfig(path, process.env);
  const log = pino({ name: 'ala', level: config.logLevel, base: null });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      log.info({ signal: name }, 'stopping');
      stop.abort();
    });
  }
  await runNode({ config, log, signal: stop.signal, onStage: () => undefined });
}

try {
  await main();
} catch (error) {
  const known = error instanceof ConfigError;
  process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = known ? 2 : 1;
}
// A connection that hangs would keep the process alive.
process.exit();
