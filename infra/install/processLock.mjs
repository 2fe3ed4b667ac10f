// A lock between processes, held by a file that names its holders. When all of them have died, the lock is taken over.
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 100;

/**
 * A process, told from a later one with the same pid.
 *
 * @typedef {{ pid: number, startedAt: string }} Identity
 */

/** @typedef {{ holders: Identity[], nonce: string }} Content of the lock's file */

/**
 * A lock that is held. `shareWith` lets a child hold it too: should this process be killed, the lock stays taken until the child
 * has ended as well.
 *
 * @typedef {{ shareWith: (pid: number) => void, release: () => void }} ProcessLock
 */

/**
 * Waits until the lock is free and takes it.
 *
 * @param {string} path the lock's file; its folder is made when missing
 * @param {{ onWait?: (holderPid: number) => void }} [options] `onWait` is called once when somebody else holds it
 * @returns {Promise<ProcessLock>}
 */
export async function acquireProcessLock(path, { onWait } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  /** @type {Content} */
  const mine = { holders: [identityOf(process.pid)], nonce: randomUUID() };
  let waited = false;
  while (!createWhole(path, mine)) {
    const found = readContent(path);
    if (found === undefined) continue;
    const living = found.holders.find(isAlive);
    if (living === undefined) {
      await removeStale(path, found);
      continue;
    }
    if (!waited) onWait?.(living.pid);
    waited = true;
    await delay(POLL_INTERVAL_MS);
  }
  return {
    shareWith: (pid) => {
      mine.holders.push(identityOf(pid));
      const draft = writeDraft(path, mine);
      renameSync(draft, path);
    },
    release: () => {
      if (readContent(path)?.nonce === mine.nonce) rmSync(path);
    },
  };
}

/**
 * Two processes may find the same abandoned lock. Only the one that holds a lock named after this one removes its file, and
 * looks again before: removing by path alone could remove the lock that the other has taken meanwhile.
 *
 * @param {string} path @param {Content} dead
 */
async function removeStale(path, dead) {
  const { release } = await acquireProcessLock(`${path}.${dead.nonce}`);
  try {
    if (readContent(path)?.nonce === dead.nonce) rmSync(path);
  } finally {
    release();
  }
}

/**
 * Makes the lock's file with its content in one step (a hard link), so that nobody reads a half-written one.
 *
 * @param {string} path @param {Content} content @returns {boolean} false when it exists
 */
function createWhole(path, content) {
  const draft = writeDraft(path, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** @param {string} path @param {Content} content */
function writeDraft(path, content) {
  const draft = `${path}.${content.nonce}.draft`;
  writeFileSync(draft, JSON.stringify(content));
  return draft;
}

/** @param {string} path @returns {Content | undefined} */
function readContent(path) {
  try {
    return /** @type {Content} */ (JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Error(`the lock ${path} is not readable; remove it if no other command runs here`, { cause: error });
  }
}

/** @param {number} pid @returns {Identity} */
function identityOf(pid) {
  return { pid, startedAt: startTime(pid) };
}

/** @param {Identity} holder */
function isAlive({ pid, startedAt }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    if (codeOf(error) !== 'EPERM') throw error;
  }
  return startTime(pid) === startedAt;
}

/**
 * Tells a process from a later one with the same pid, and from its own remains that nobody has reaped yet; empty where the
 * system has no /proc.
 *
 * @param {number} pid
 */
function startTime(pid) {
  try {
    // The second field is the program's name in parentheses and may hold blanks: count from behind it.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return state === 'Z' ? 'dead' : (fields[18] ?? '');
  } catch {
    return '';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
