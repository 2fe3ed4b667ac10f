/** Starts the devnet, prints where everything is, and runs until Ctrl-C. Status 2: a bad option. */
import { parseArgs } from 'node:util';
import { deployAla } from './ala/deployAla.js';
import { addressTable, alaTable, bytecodeTable } from './describe.js';
import { startDevnet, type DevnetOptions } from './devnet.js';

const USAGE = `usage: ./ala devnet [--base-port PORT] [--data-dir DIR] [--block-time SECONDS]
  --base-port PORT      of the hub's chain; the three after it are taken too
  --data-dir DIR        where logs and the deployment file go
  --block-time SECONDS  between two blocks in which nothing happens`;

class UsageError extends Error {}

/** Null: help was asked for. @throws UsageError */
function readOptions(): DevnetOptions | null {
  const values = parse();
  if (values.help === true) return null;
  const number = (name: 'base-port' | 'block-time'): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`--${name} wants a positive whole number, not ${text}`);
    return Number(text);
  };
  const basePort = number('base-port');
  const blockTimeSec = number('block-time');
  return {
    ...(basePort !== undefined && { basePort }),
    ...(blockTimeSec !== undefined && { blockTimeSec }),
    ...(values['data-dir'] !== undefined && { dataDir: values['data-dir'] }),
    progress: (line) => process.stdout.write(`${line}\n`),
  };
}

function parse() {
  const text = { type: 'string' } as const;
  const help = { type: 'boolean', short: 'h' } as const;
  try {
    return parseArgs({ options: { 'base-port': text, 'data-dir': text, 'block-time': text, help } }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Resolves at the first signal; until then a signal during the start only takes effect once the start is through. */
const signalled = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

async function main(options: DevnetOptions): Promise<void> {
  const devnet = await startDevnet(options);
  try {
    const { deployment, deploymentPath } = await deployAla(devnet);
    const tables = [addressTable(devnet), alaTable(deployment), bytecodeTable(devnet)];
    process.stdout.write(`\n${tables.join('\n\n')}\n\naddresses are in ${deploymentPath}\nCtrl-C ends it.\n`);
    await signalled;
  } finally {
    await devnet.stop();
  }
}

try {
  const options = readOptions();
  if (options === null) process.stdout.write(`${USAGE}\n`);
  else await main(options);
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${isUsage ? `${USAGE}\n` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
