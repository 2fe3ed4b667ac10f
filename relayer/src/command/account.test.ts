import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { expect, it } from 'vitest';
import type { Deployment } from '@ala/shared/deployment';
import { toAddress } from '@ala/shared/ids';
import { AccountError, ownerOf, walletOf } from './account.js';

const accounts = Array.from({ length: 3 }, () => Wallet.createRandom());
const [operator, lp, other] = accounts.map(({ address, privateKey }) => ({ address: toAddress(address), privateKey }));
const devnet = { deployer: operator!, operators: [], relayer: operator!, lps: [lp!], borrower: other! };
const onDevnet = { devnet } as unknown as Deployment;
const elsewhere = { devnet: null } as unknown as Deployment;

it('the devnet has accounts by name, no other network has', async () => {
  expect((await walletOf({ account: 'lp1' }, onDevnet, {})).privateKey).toBe(lp!.privateKey);
  expect(ownerOf({ account: 'borrower' }, onDevnet, {})).toBe(other!.address);
  await expect(walletOf({ account: 'lp2' }, onDevnet, {})).rejects.toThrow('it has deployer, relayer, borrower, lp1');
  await expect(walletOf({ account: 'lp1' }, elsewhere, {})).rejects.toThrow('only a devnet has named accounts');
});

it('a key comes from the environment, and a wrong one is not repeated', async () => {
  expect((await walletOf({}, elsewhere, { ALA_LP_KEY: lp!.privateKey })).privateKey).toBe(lp!.privateKey);
  await expect(walletOf({}, elsewhere, {})).rejects.toThrow(AccountError);
  const secret = `${lp!.privateKey}00`;
  const error = await walletOf({}, elsewhere, { ALA_LP_KEY: secret }).catch((thrown: unknown) => String(thrown));
  expect(error).toContain('ALA_LP_KEY is no private key');
  expect(error).not.toContain(secret.slice(2, 20));
});

it('a keystore says whose it is without its password', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ala-keystore-'));
  try {
    const keystore = join(folder, 'key.json');
    writeFileSync(keystore, JSON.stringify({ address: lp!.address.slice(2), crypto: {} }));
    expect(ownerOf({ keystore }, elsewhere, {})).toBe(lp!.address);
    writeFileSync(keystore, '{}');
    expect(() => ownerOf({ keystore }, elsewhere, {})).toThrow('name the --owner');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
