import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverUser } from './serverUser.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-user-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(process.getuid?.() === 0)('the user of the server, for root', () => {
  it('is the first unprivileged one that exists', () => {
    const passwd = join(folder, 'passwd');
    writeFileSync(passwd, 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n');
    expect(serverUser(passwd)).toEqual({ uid: 65_534, gid: 65_533 });
  });

  it('is asked for when there is none', () => {
    const passwd = join(folder, 'passwd');
    writeFileSync(passwd, 'root:x:0:0::/root:/bin/sh\n');
    expect(() => serverUser(passwd)).toThrow('neither of the users postgres, nobody');
  });
});
