import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ala, launched } from './alaCommand.js';

test('ala --help names every command, and an unknown one ends with 2', async () => {
  const { status, output } = await launched(['--help']);
  for (const name of [
    'bid',
    'book',
    'auction',
    'verify',
    'clear',
    'doctor',
    'messages',
    'completion',
    'start',
    'devnet',
    'deploy',
  ]) {
    expect(output).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  }
  expect(status).toBe(0);
  expect((await ala(['nothing'])).status).toBe(2);
});

test('ala start, devnet and deploy are behind the same launcher', async () => {
  const start = await launched(['start', '--scenario', 'none']);
  expect([start.status, start.errors]).toEqual([2, expect.stringContaining('there is no scenario none')]);
  const devnet = await launched(['devnet', '--base-port', 'none']);
  expect([devnet.status, devnet.errors]).toEqual([
    2,
    expect.stringMatching(/wants a positive whole number[^]*usage: /),
  ]);
  expect((await launched(['deploy', 'plan', '--file', 'nowhere.yaml'])).status).toBe(2);
});

test('ala start, devnet and deploy have help, and every option of it can be completed', async () => {
  const lines = (await ala(['completion', 'bash'])).output.split('\n');
  for (const command of ['start', 'devnet', 'deploy', 'deploy plan', 'deploy apply', 'deploy verify']) {
    const { status, output } = await launched([...command.split(' '), '--help']);
    expect(status, command).toBe(0);
    const completed = lines.find((line) => line.includes(` '${command}') `)) ?? '';
    for (const [option] of output.matchAll(/--[a-z-]+/g)) expect(completed, `${command} ${option}`).toContain(option);
  }
});

test('ala completion gives scripts that the shells take, with every command in them', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { output, status } = await ala(['completion', shell]);
    expect(status).toBe(0);
    for (const words of ['bid place', 'auction watch', '--premium', 'messages retry', 'deploy apply'])
      expect(output).toContain(words);
  }
  const { output } = await ala(['completion', 'bash']);
  const ask = `${output}\nCOMP_WORDS=(./ala bid p); COMP_CWORD=2; _ala; echo "\${COMPREPLY[@]}"`;
  expect(spawnSync('bash', ['-c', ask], { encoding: 'utf8' }).stdout).toBe('place\n');
  expect((await ala(['completion', 'csh'])).status).toBe(2);
});

test('ala clear answers a file, and says where a wrong one is wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ala-clear-'));
  try {
    const path = join(folder, 'input.json');
    writeFileSync(path, '{}');
    const wrong = await ala(['clear', '--in', path]);
    expect(wrong.status).toBe(2);
    expect((await ala(['clear', '--in', join(folder, 'none.json')])).errors).toContain('cannot read');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
