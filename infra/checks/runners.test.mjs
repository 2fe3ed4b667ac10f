import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COUNTS_FILE_VARIABLE } from './countingReporter.mjs';
import { RUNNERS, STAGES, forgeCounts, vitestCounts } from './runners.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('forgeCounts', () => {
  const closing =
    'Ran 3 test suites in 1.20s (900ms CPU time): 12 tests passed, 1 failed, 2 skipped (15 total tests)\n';

  it('reads the closing line, coloured or not', () => {
    const expected = { runner: 'contracts', passed: 12, failed: 1, skipped: 2, problems: [] };
    expect(forgeCounts(`…\n${closing}`, 1)).toEqual(expected);
    expect(forgeCounts(closing.replace('12 tests', '\u001B[32m12\u001B[0m tests'), 1)).toEqual(expected);
  });

  it('takes a run that matched no tests for a failure, although forge ends with status 0', () => {
    expect(forgeCounts('No tests found in project!', 0).problems).toEqual([
      'forge ended with status 0 and counted no tests',
    ]);
  });

  it('takes a failing status for a failure, whatever was counted', () => {
    expect(forgeCounts(closing.replace('1 failed', '0 failed'), 1).problems).toEqual(['forge ended with status 1']);
  });
});

describe('vitestCounts', () => {
  const shared = { runner: 'shared', passed: 3, failed: 0, skipped: 0, problems: [] };

  it('reports a project of which vitest ran nothing', () => {
    expect(vitestCounts([shared], ['shared', 'relayer'], 0)[1]?.problems).toEqual(['vitest ran none of its tests']);
  });

  it('reports a failing status that no failed test explains', () => {
    expect(vitestCounts([shared], ['shared'], 1)[0]?.problems).toEqual(['vitest ended with status 1']);
    const failing = { ...shared, failed: 1 };
    expect(vitestCounts([failing], ['shared'], 1)).toEqual([failing]);
  });
});

describe('the reporter that counts', () => {
  /** @type {string} */
  let folder;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ala-reporter-test-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'tests'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** @param {Record<string, string>} files name → body @returns {unknown} */
  function countsOf(files) {
    const config =
      "export default { test: { projects: [{ test: { name: 'some', include: ['tests/*.test.mjs'] } }] } };";
    writeFileSync(join(folder, 'vitest.config.mjs'), config);
    for (const [name, body] of Object.entries(files)) {
      const imports = "import { it, expect, beforeAll, describe } from 'vitest';\n";
      writeFileSync(join(folder, 'tests', `${name}.test.mjs`), imports + body);
    }
    const file = join(folder, 'counts.json');
    const args = [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--reporter=${join(ROOT, 'infra/checks/countingReporter.mjs')}`,
    ];
    spawnSync(process.execPath, args, { cwd: folder, env: { ...process.env, [COUNTS_FILE_VARIABLE]: file } });
    return JSON.parse(readFileSync(file, 'utf8'));
  }

  it('counts each test by how it ended', () => {
    const body = "it('a', () => {}); it('b', () => { expect(1).toBe(2); }); it.skip('c', () => {}); it('d', () => {});";
    expect(countsOf({ one: body })).toEqual([{ runner: 'some', passed: 2, failed: 1, skipped: 1, problems: [] }]);
  });

  it('reports files that cannot be loaded and hooks that fail', () => {
    const counts = countsOf({
      broken: "throw new Error('cannot load');",
      hook: "describe('suite', () => { beforeAll(() => { throw new Error('no server'); }); it('a', () => {}); });",
      good: "it('a', () => {});",
    });
    expect(counts).toEqual([
      expect.objectContaining({
        passed: 1,
        problems: expect.arrayContaining([
          expect.stringMatching(/broken\.test\.mjs: cannot load/),
          expect.stringMatching(/hook\.test\.mjs > suite: no server/),
        ]),
      }),
    ]);
  });

  it('reports what was thrown outside of any test', () => {
    const counts = countsOf({ late: "it('a', () => { Promise.reject(new Error('nobody waited')); });" });
    expect(counts).toEqual([expect.objectContaining({ problems: ['unhandled error: nobody waited'] })]);
  });
});

it('every runner stands in one stage', () => {
  expect(STAGES.flat().sort()).toEqual(Object.keys(RUNNERS).sort());
});
