import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runChild } from './child.mjs';

/** Runs a shell that waits for a grandchild, which would stay for a minute, and which the shell lets ignore SIGINT. */
const PARENT = `
  import { runChild } from '${new URL('./child.mjs', import.meta.url).href}';
  try {
    await runChild('sh', ['-c', 'sleep 60 & echo ready; wait']);
  } catch (error) {
    process.exitCode = error.status;
  }
`;

describe('runChild', () => {
  it('answers the exit status', async () => {
    expect(await runChild('sh', ['-c', 'exit 7'])).toBe(7);
  });

  it('answers the status that a shell gives a process ended by a signal', async () => {
    expect(await runChild('sh', ['-c', 'kill -TERM $$'])).toBe(143);
  });

  it('says which program is missing', async () => {
    await expect(runChild('no-such-program', [])).rejects.toThrow('cannot run no-such-program');
  });

  it.each(
    /** @type {const} */ ([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ]),
  )('passes %s on to the whole group and ends with status %i', async (signal, status) => {
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', PARENT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(parent, 'exit');
    await once(parent.stdout, 'data');
    const everyHolderOfTheOutputIsGone = once(parent.stdout, 'close');
    parent.kill(signal);
    expect((await exited)[0]).toBe(status);
    await everyHolderOfTheOutputIsGone;
  });
});
