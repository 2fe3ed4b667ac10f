import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installDependencies, installReason } from './dependencies.mjs';

const OTHER_PLATFORM = { version: '1.0.0', optional: true, os: ['plan9'], cpu: ['vax'] };
const THIS_PLATFORM = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
const LOCKED = {
  '': {},
  shared: {},
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': OTHER_PLATFORM,
};

/** @type {string} */
let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ala-install-test-'));
  lockfile(LOCKED);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** @param {object} packages */
function lockfile(packages) {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
}

/** What npm notes of its last installation. @param {object} packages */
function installed(packages) {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
}

describe('installReason', () => {
  it('is that nothing is installed, in a fresh clone', () => {
    expect(installReason(root)).toBe('nothing is installed yet');
  });

  it('is none when npm has installed what the lockfile says, without packages of other platforms', () => {
    installed({ 'node_modules/a': LOCKED['node_modules/a'] });
    expect(installReason(root)).toBeUndefined();
  });

  it('does not compare again while the lockfile stays the same', () => {
    installed({ 'node_modules/a': LOCKED['node_modules/a'] });
    installReason(root);
    rmSync(join(root, 'node_modules', '.package-lock.json'));
    expect(installReason(root)).toBeUndefined();
  });

  it('is the package that the lockfile has changed since', () => {
    installed({ 'node_modules/a': LOCKED['node_modules/a'] });
    installReason(root);
    lockfile({ ...LOCKED, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-b' } });
    expect(installReason(root)).toBe('node_modules/a differs from package-lock.json');
  });

  it('is the optional package of this platform that is missing', () => {
    lockfile({ ...LOCKED, 'node_modules/c': THIS_PLATFORM });
    installed({ 'node_modules/a': LOCKED['node_modules/a'] });
    expect(installReason(root)).toBe('node_modules/c is missing');
  });

  it('is an installation that was cut short', () => {
    mkdirSync(join(root, 'node_modules'));
    expect(installReason(root)).toBe('the last installation did not finish');
  });
});

describe('installDependencies', () => {
  it('refuses to empty the node_modules of another checkout', async () => {
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'node_modules'));
    await expect(installDependencies(root)).rejects.toThrow('is a symbolic link');
  });
});
