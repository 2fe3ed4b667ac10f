import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FoundryToolMissingError, foundryBinary } from './foundry.mjs';

const elsewhere = { platform: 'plan9', arch: 'vax' };
/** @type {string} */
let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-foundry-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('foundryBinary', () => {
  it('falls back to the PATH where npm has no package', () => {
    const forge = join(folder, 'forge');
    writeFileSync(forge, '#!/bin/sh\n');
    chmodSync(forge, 0o755);
    expect(foundryBinary('forge', { ...elsewhere, path: `/nowhere::${folder}` })).toBe(forge);
  });

  it('does not take a file that cannot be run', () => {
    writeFileSync(join(folder, 'anvil'), '');
    expect(() => foundryBinary('anvil', { ...elsewhere, path: folder })).toThrow(FoundryToolMissingError);
  });

  it('says what is missing and what to do', () => {
    expect(() => foundryBinary('forge', { ...elsewhere, path: '' })).toThrow(
      /^forge not found: the package @foundry-rs\/forge-plan9-vax is not installed .*npm ci.*getfoundry\.sh/,
    );
  });
});

describe('the forge launcher', () => {
  const launcher = fileURLToPath(new URL('./forge.mjs', import.meta.url));

  it('passes on output and success', () => {
    const { status, stdout } = spawnSync(process.execPath, [launcher, '--version'], { encoding: 'utf8' });
    expect(stdout).toMatch(/^forge Version: 1\.7\.1/);
    expect(status).toBe(0);
  });

  it('passes on failure, which the wrapper of npm does not', () => {
    expect(spawnSync(process.execPath, [launcher, 'no-such-command']).status).toBeGreaterThan(0);
  });
});
