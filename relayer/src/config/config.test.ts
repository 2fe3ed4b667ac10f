import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Deployment } from '@ala/shared/deployment';
import { chainSettingsProblems, gwei, paymentSettings, wei } from './chainSettings.js';
import { ConfigError, readConfig } from './config.js';
import { lockedKeystore } from './sender.js';

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

const rest = `operatorKeys: ["0x${'01'.repeat(32)}"]\ndatabaseUrl: postgres://u@h/d\ndeployment: nowhere.json\n`;
/** All but that the deployment file is not there. */
const problemsBesides = (text: string, env: NodeJS.ProcessEnv = {}) =>
  problemsOf(rest + text, env).filter((problem) => !problem.includes('nowhere.json'));

it('wants exactly one place that has the key of the sender', () => {
  const keystore = 'senderKeystore: {file: k.json, passwordEnv: PASSWORD}\n';
  const external = `externalSigner: {url: "http://signer:9000", address: "0x${'ab'.repeat(20)}"}\n`;
  const env = { PASSWORD: 'open' };
  expect(problemsBesides('')).toEqual([expect.stringMatching(/^senderKey .* set exactly one; none is set$/)]);
  expect(problemsBesides(keystore, env)).toEqual([]);
  expect(problemsBesides(external)).toEqual([]);
  const key = `0x${'01'.repeat(32)}`;
  expect(problemsBesides(keystore, { ...env, ALA_SENDER_KEY: key })).toEqual([
    expect.stringMatching(/senderKey and senderKeystore are set$/),
  ]);
});

it('says where the password of a keystore is missing, and never prints one', () => {
  const problems = (password: string, env: NodeJS.ProcessEnv = {}) =>
    problemsBesides(`senderKeystore: {file: k.json${password}}\n`, env);
  expect(problems(', passwordEnv: PASSWORD')).toEqual(['senderKeystore: set PASSWORD to the password of the keystore']);
  expect(problems('')).toEqual([expect.stringContaining('exactly one of passwordEnv')]);
  expect(problems(', passwordEnv: A, passwordFile: b')).toEqual([expect.stringContaining('exactly one of')]);
  expect(problems(', passwordFile: b')).toEqual([expect.stringContaining(join(folder, 'b'))]);
  writeFileSync(join(folder, 'b'), 'open\n');
  expect(problems(', passwordFile: b')).toEqual([]);
  expect(lockedKeystore({ file: 'k.json', passwordFile: 'b' }, join(folder, 'relayer.yaml'), {}, [])).toEqual({
    file: join(folder, 'k.json'),
    password: 'open',
  });
});

it('reads amounts without loss, for all chains and for one', () => {
  expect(problemsBesides('senderKey: "0x12"\nminBalanceWei: 100000000000000001\n')).toEqual([
    expect.stringContaining('senderKey'),
    expect.stringMatching(/^minBalanceWei: expected an amount of wei, in quotes/),
  ]);
  expect(wei.parse('100000000000000001')).toBe(100_000_000_000_000_001n);
  expect(gwei.parse(0.05)).toBe(50_000_000n);
  const config = { maxFeePerGasGwei: 5n, minBalanceWei: 6n, chains: { hub: { maxFeePerGasGwei: 7n } } };
  expect(paymentSettings(config, 'hub')).toEqual({ maxFeePerGasWei: 7n, minBalanceWei: 6n });
  expect(paymentSettings(config, 'other')).toEqual({ maxFeePerGasWei: 5n, minBalanceWei: 6n });
});

it('knows no settings of a chain that is none', () => {
  const deployment = { chains: [{ name: 'hub' }] } as unknown as Deployment;
  expect(chainSettingsProblems('chains', { hub: {}, hup: {} }, deployment)).toEqual([
    'chains.hup: the deployment has no chain of this name; it has hub',
  ]);
});

it('takes origins for the API, and no addresses of pages', () => {
  const api = (settings: string) => problemsBesides(`senderKey: "0x${'01'.repeat(32)}"\napi: {port: 1, ${settings}}\n`);
  expect(api('corsOrigins: ["*", "https://ala.example"], trustedProxies: [10.0.0.0/8]')).toEqual([]);
  expect(api('corsOrigins: ["https://ala.example/"]')).toEqual([expect.stringMatching(/^api\.corsOrigins\.0: /)]);
  expect(api('trustedProxies: [all], rateLimit: {requests: 0}')).toHaveLength(2);
});

it('takes RPC URLs and explorers for pages, and no other addresses', () => {
  const api = (settings: string) => problemsBesides(`senderKey: "0x${'01'.repeat(32)}"\napi: {port: 1, ${settings}}\n`);
  expect(api('publicRpcUrls: {hub: "https://rpc.example/"}')).toEqual([]);
  expect(api('publicRpcUrls: {hub: "ws://rpc.example/"}')).toEqual([
    expect.stringMatching(/^api\.publicRpcUrls\.hub: /),
  ]);
  expect(api('explorerUrls: {hub: "https://explorer.example"}')).toEqual([]);
  expect(api('explorerUrls: {hub: "javascript:alert(1)"}')).toEqual([
    expect.stringMatching(/^api\.explorerUrls\.hub: /),
  ]);
});

it('says that the file is no settings file', () => {
  expect(problemsOf('- a\n- b')).toEqual([expect.stringContaining('named settings')]);
});

it('takes the keys that docs/operating.md shows, each way by itself', () => {
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  const shown = /```yaml\n([^`]*senderKeystore[^`]*)```/.exec(page)?.[1]?.trim().split('\n') ?? [];
  expect(shown).toHaveLength(2);
  writeFileSync(join(folder, 'sender.password'), 'open\n');
  for (const setting of shown) expect(problemsBesides(`${setting}\n`), setting).toEqual([]);
});
