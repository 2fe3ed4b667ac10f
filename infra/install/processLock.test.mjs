import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireProcessLock } from './processLock.mjs';

/** Takes the lock, notes in a journal that it is inside, and leaves. */
const CONTENDER = `
  import { appendFileSync } from 'node:fs';
  import { acquireProcessLock } from '${new URL('./processLock.mjs', import.meta.url).href}';
  const [lock, journal] = process.argv.slice(1);
  for (let turn = 0; turn < 5; turn++) {
    const held = await acquireProcessLock(lock);
    appendFileSync(journal, 'in ' + process.pid + '\\n');
    await new Promise((resolve) => setImmediate(resolve));
    appendFileSync(journal, 'out ' + process.pid + '\\n');
    held.release();
  }
`;

/** @type {string} */
let folder;
/** @type {string} */
let lock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-lock-test-'));
  lock = join(folder, 'deep', 'lock');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('acquireProcessLock', () => {
  it('lets one in at a time when all find the lock of the same dead process', async () => {
    leaveByDeadProcess();
    let inside = 0;
    const seen = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { release } = await acquireProcessLock(lock);
        const others = inside++;
        await delay(20);
        inside--;
        release();
        return others;
      }),
    );
    expect(seen).toEqual([0, 0, 0, 0, 0]);
  });

  it('lets one process in at a time, and leaves nothing behind', async () => {
    leaveByDeadProcess();
    const journal = join(folder, 'journal');
    const contend = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', CONTENDER, lock, journal]);
    await Promise.all(Array.from({ length: 5 }, contend));
    const entries = readFileSync(journal, 'utf8').trim().split('\n');
    expect(entries).toHaveLength(50);
    for (let at = 0; at < entries.length; at += 2) {
      expect([entries[at], entries[at + 1]]).toEqual([entries[at], entries[at]?.replace('in', 'out')]);
    }
    expect(readdirSync(join(folder, 'deep'))).toEqual([]);
  });

  it('waits for a living holder and says for whom, once', async () => {
    const { release } = await acquireProcessLock(lock);
    /** @type {number[]} */
    const waitedFor = [];
    const second = acquireProcessLock(lock, { onWait: (pid) => waitedFor.push(pid) });
    await expect.poll(() => waitedFor).toEqual([process.pid]);
    release();
    (await second).release();
    expect(waitedFor).toEqual([process.pid]);
  });

  it('stays taken after a killed holder until the child that it was shared with has ended', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const share = CONTENDER.replace('held.release();', `held.shareWith(${String(child.pid)}); process.exit();`);
    leaveByDeadProcess(share);
    /** @type {number[]} */
    const waitedFor = [];
    const second = acquireProcessLock(lock, { onWait: (pid) => waitedFor.push(pid) });
    await expect.poll(() => waitedFor).toEqual([child.pid]);
    child.kill();
    (await second).release();
  });

  it('takes over from a process whose pid somebody else has got', async () => {
    const { release } = await acquireProcessLock(lock);
    const content = JSON.parse(readFileSync(lock, 'utf8'));
    writeFileSync(lock, JSON.stringify({ ...content, holders: [{ pid: process.pid, startedAt: 'another time' }] }));
    const second = await acquireProcessLock(lock);
    release();
    expect(JSON.parse(readFileSync(lock, 'utf8')).nonce).not.toBe(content.nonce);
    second.release();
    expect(readdirSync(join(folder, 'deep'))).toEqual([]);
  });
});

function leaveByDeadProcess(program = CONTENDER.replace('held.release();', 'process.exit();')) {
  const { status } = spawnSync(process.execPath, [
    '--input-type=module',
    '--eval',
    program,
    lock,
    join(folder, 'other'),
  ]);
  expect(status).toBe(0);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['lock']);
}
