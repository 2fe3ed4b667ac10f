import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptKeystoreJsonSync, Wallet } from 'ethers';
import { expect, test } from 'vitest';
import { deployerAddress, deployerWallet } from './deployerKey.js';

const KEY = `0x${'42'.repeat(32)}`;
const { address } = new Wallet(KEY);

test('the key comes from the environment', async () => {
  expect((await deployerWallet(undefined, { ALA_DEPLOYER_KEY: KEY })).address).toBe(address);
  expect(deployerAddress({ ALA_DEPLOYER_KEY: KEY })).toBe(address);
  expect(deployerAddress({})).toBeUndefined();
});

test('or from a keystore and its password', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ala-keystore-'));
  const path = join(folder, 'key.json');
  const weak = { scrypt: { N: 2, r: 1, p: 1 } };
  writeFileSync(path, encryptKeystoreJsonSync({ address, privateKey: KEY }, 'secret', weak));
  expect((await deployerWallet(path, { ALA_KEYSTORE_PASSWORD: 'secret' })).address).toBe(address);
  await expect(deployerWallet(path, { ALA_KEYSTORE_PASSWORD: 'wrong' })).rejects.toThrow('has another password');
  await expect(deployerWallet(path, {})).rejects.toThrow('set ALA_KEYSTORE_PASSWORD');
  rmSync(folder, { recursive: true });
});

test('a key that is none is refused without being shown', async () => {
  await expect(deployerWallet(undefined, {})).rejects.toThrow('set ALA_DEPLOYER_KEY');
  const refused = await deployerWallet(undefined, { ALA_DEPLOYER_KEY: '0xsecret' }).catch((error: unknown) => error);
  expect(String(refused)).toContain('no private key');
  expect(JSON.stringify(refused)).not.toContain('secret');
  expect(String(refused)).not.toContain('secret');
});
