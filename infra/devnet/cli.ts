/** Starts the devnet, prints where everything is, and runs until Ctrl-C. `--base-port N`, `--data-dir DIR`, `--block-time SEC`. */
import { parseArgs } from 'node:util';
import { deployAla } from './ala/deployAla.js';
import { addressTable, alaTable, bytecodeTable } from './describe.js';
import { startDevnet, type DevnetOptions } from './devnet.js';

function readOptions(): DevnetOptions {
  const { values } = parseArgs({
    options: { 'base-port': { type: 'string' }, 'data-dir': { type: 'string' }, 'block-time': { type: 'string' } },
  });
  const number = (name: 'base-port' | 'block-time'): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} wants a positive whole number, not ${text}`);
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

/** Resolves at the first signal; until then a signal during the start only takes effect once the start is through. */
const signalled = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

try {
  const devnet = await startDevnet(readOptions());
  try {
    const { deployment, deploymentPath } = await deployAla(devnet);
    const tables = [addressTable(devnet), alaTable(deployment), bytecodeTable(devnet)];
    process.stdout.write(`\n${tables.join('\n\n')}\n\naddresses are in ${deploymentPath}\nCtrl-C ends it.\n`);
    await signalled;
  } finally {
    await devnet.stop();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
