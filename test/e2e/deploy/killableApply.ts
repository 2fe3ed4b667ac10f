import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { applyOnce } from './applyOnce.js';

/**
 * `apply`, which ends itself with SIGKILL at a moment of the named steps, once each. Which it has died at stands in a file, so
 * that a run started again goes on.
 *
 * usage: killableApply.js FILE MOMENT KILLED_FILE STEP…
 */
const [path, moment, killedFile, ...steps] = process.argv.slice(2);
if (path === undefined || moment === undefined || killedFile === undefined) {
  throw new Error('usage: killableApply.js FILE MOMENT KILLED_FILE STEP…');
}

const killed = existsSync(killedFile) ? readFileSync(killedFile, 'utf8').split('\n') : [];
await applyOnce(path, process.env, {
  atMoment: (step, reached) => {
    if (reached !== moment || !steps.includes(step) || killed.includes(step)) return;
    appendFileSync(killedFile, `${step}\n`);
    process.kill(process.pid, 'SIGKILL');
  },
});
