import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ala-config-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function problemsOf(text: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  const path = join(folder, 'relayer.yaml');
  writeFileSync(path, text);
  try {
    readConfig(path, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

it('lists every problem at once', () => {
  const problems = problemsOf(
    'databaseUrl: mysql://x\nsenderKey: "0x12"\noperatorKeys: []\npollIntervalMs: fast\ntypo: 1\n',
  );
  for (const name of ['deployment', 'databaseUrl', 'senderKey', 'operatorKeys', 'pollIntervalMs', 'typo']) {
    expect(
      problems.some((problem) => problem.includes(name)),
      `${name} in ${problems.join(' | ')}`,
    ).toBe(true);
  }
});

it('never prints a key', () => {
  const key = `0x${'77'.repeat(31)}`;
  expect(problemsOf(`senderKey: "${key}"`).join('\n')).not.toContain('7777');
});

it('names the deployment file that it cannot read, and what is wrong in it', () => {
  expect(problemsOf('deployment: nowhere.json').join('\n')).toContain(join(folder, 'nowhere.json'));
  writeFileSync(join(folder, 'd.json'), '{"network": ""}');
  expect(problemsOf('deployment: d.json').filter((problem) => problem.includes('d.json')).length).toBeGreaterThan(3);
});

it('takes secrets from the environment', () => {
  const key = `0x${'01'.repeat(32)}`;
  const env = { DATABASE_URL: 'postgres://u@h/d', ALA_SENDER_KEY: key, ALA_OPERATOR_KEYS: `${key},${key}` };
  const problems = problemsOf('deployment: nowhere.json', env);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('nowhere.json');
});

it('says that the file is no settings file', () => {
  expect(problemsOf('- a\n- b')).toEqual([expect.stringContaining('named settings')]);
});
