import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { pino } from 'pino';
import { readConfig } from '@ala/relayer/config/config';
import { runNode } from '@ala/relayer/node';
import type { EffectStage } from '@ala/relayer/tx/stage';
import { stepOf } from './killPoint.js';

/**
 * A relayer node that ends itself with SIGKILL at a named point of an effect, once for each step: `row written`, `signed`, `sent` or
 * `mined`. Which steps it has died at stands in a file, so that a node started again goes on. Everything else is the node of
 * production.
 *
 * usage: killableNode.js CONFIG STAGE KILLED_FILE  (stage `none`: never)
 */
const [configPath, stage, killedFile] = process.argv.slice(2);
if (configPath === undefined || stage === undefined || killedFile === undefined) {
  throw new Error('usage: killableNode.js CONFIG STAGE KILLED_FILE');
}

const config = readConfig(configPath, process.env);
const killed = new Set(existsSync(killedFile) ? readFileSync(killedFile, 'utf8').split('\n') : []);
const stop = new AbortController();
process.once('SIGTERM', () => {
  stop.abort();
});

await runNode({
  config,
  log: pino({ level: config.logLevel, base: null }),
  signal: stop.signal,
  onStage: (reached: EffectStage, keys: readonly string[]) => {
    if (reached !== stage) return;
    // What was written in one transaction has one such moment, also when it was two instances of one step.
    const steps = new Set(keys.map(stepOf).filter((step) => !killed.has(step)));
    if (steps.size === 0) return;
    appendFileSync(killedFile, `${[...steps].join('\n')}\n`);
    process.kill(process.pid, 'SIGKILL');
  },
});
