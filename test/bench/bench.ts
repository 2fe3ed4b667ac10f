import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { benchApi } from './api/benchApi.js';
import { benchBook } from './book/benchBook.js';
import { benchClear } from './clearing.js';
import type { Bench } from './benchTools.js';
import { benchDashboard } from './dashboard/benchDashboard.js';
import { startBenchServer } from './database.js';
import { tableOf, type Figure } from './figures.js';
import { benchLatency } from './latency/benchLatency.js';
import { benchNode } from './node/benchNode.js';
import { benchReading } from './reading/benchReading.js';
import { benchSending } from './sending/benchSending.js';

const BENCHES: Readonly<Record<string, (bench: Bench) => Promise<Figure[]>>> = {
  reading: benchReading,
  latency: benchLatency,
  sending: benchSending,
  node: benchNode,
  book: benchBook,
  clear: benchClear,
  dashboard: benchDashboard,
  api: benchApi,
};

interface Options {
  readonly json?: true;
  readonly only?: string;
}

/** `npm run bench [-- --json] [-- --only NAME]`: measures the node beside its peers; answers the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const names = Object.keys(BENCHES);
  const options = new Command()
    .name('npm run bench --')
    .option('--json', 'one JSON document to standard output instead of the table')
    .option('--only <name>', `one of ${names.join(', ')}`)
    .parse(argv, { from: 'user' })
    .opts<Options>();
  if (options.only !== undefined && !names.includes(options.only)) {
    process.stderr.write(`no bench ${options.only}; there are ${names.join(', ')}\n`);
    return 2;
  }
  const { figures, failures } = await measure(options.only === undefined ? names : [options.only]);
  const report = { takenAt: new Date().toISOString(), machine: machine(), figures, failures };
  const file = join(repositoryRoot(), '.ala', 'bench', 'figures.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  const notes = figures.map(({ what, note }) => `  ${what}: ${note}`).join('\n');
  const text = `${tableOf(figures)}\n\n${notes}\n\n${machine()}; as JSON in ${file}`;
  process.stdout.write(`${options.json === true ? JSON.stringify(report, null, 2) : text}\n`);
  return failures.length === 0 ? 0 : 1;
}

/** One that fails does not keep the others from being measured; its logs stay. */
async function measure(names: readonly string[]): Promise<{ figures: Figure[]; failures: string[] }> {
  const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'ala-bench-logs-'));
  const server = await startBenchServer();
  const figures: Figure[] = [];
  const failures: string[] = [];
  try {
    for (const name of names) {
      say(name);
      try {
        figures.push(...((await BENCHES[name]?.({ server, folder, say })) ?? []));
      } catch (error) {
        failures.push(name);
        say(`${name} failed, logs are in ${folder}: ${String(error instanceof Error ? error.stack : error)}`);
      }
    }
  } finally {
    await server.stop();
  }
  if (failures.length === 0) rmSync(folder, { recursive: true, force: true });
  return { figures, failures };
}

function machine(): string {
  const all = cpus();
  return `${all.length} x ${all[0]?.model ?? 'unknown'}, ${process.platform} ${process.arch}, Node ${process.version}`;
}
