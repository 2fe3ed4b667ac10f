import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptKeystoreJson, Wallet } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deployment } from '@ala/shared/deployment';
import { toAddress, toChainId } from '@ala/shared/ids';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';
import { ConfigError } from '../config/config.js';
import { UnavailableError } from '../lib/errors.js';
import { openSigners } from './openSigner.js';

const wallet = new Wallet(`0x${'01'.repeat(32)}`);
const address = toAddress(wallet.address);
const chainId = toChainId(7);
const none = { senderKey: undefined, senderKeystore: undefined, externalSigner: undefined, chains: undefined };
const deployment = { chains: [{ name: 'hub', chainId }] } as unknown as Deployment;

it('opens a key', async () => {
  const signers = await openSigners({ ...none, senderKey: [wallet.privateKey], deployment });
  const [sender] = signers.senders;
  expect([sender.address, sender.on(chainId).address]).toEqual([address, address]);
  expect(await signers.problems()).toEqual([]);
});

it('opens several keys, each once', async () => {
  const keys = [wallet.privateKey, `0x${'02'.repeat(32)}`];
  const { senders } = await openSigners({ ...none, senderKey: keys, deployment });
  expect(senders.map((sender) => sender.on(chainId).address)).toEqual(
    keys.map((key) => toAddress(new Wallet(key).address)),
  );
  await expect(openSigners({ ...none, senderKey: [...keys, wallet.privateKey], deployment })).rejects.toThrow(
    `${address} is named twice`,
  );
});

describe('a keystore', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ala-keystore-'));
    file = join(folder, 'sender.json');
    // The cheapest that scrypt allows: nothing is to be protected here.
    const options = { scrypt: { N: 2, r: 1, p: 1 } };
    writeFileSync(
      file,
      await encryptKeystoreJson({ address: wallet.address, privateKey: wallet.privateKey }, 'open', options),
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const open = (password: string, path = file) =>
    openSigners({ ...none, senderKeystore: [{ file: path, password }], deployment });

  it('opens with its password', async () => {
    expect((await open('open')).senders).toMatchObject([{ address }]);
  });

  it('says what to correct, and shows nothing of what it holds', async () => {
    await expect(open('sesame')).rejects.toThrow(ConfigError);
    await expect(open('sesame')).rejects.toThrow(
      `the keystore ${file} cannot be read or has another password: correct`,
    );
    await expect(open('sesame')).rejects.not.toThrow('sesame');
    await expect(open('open', join(folder, 'nowhere'))).rejects.toThrow('cannot be read');
    writeFileSync(file, '{}');
    await expect(open('open')).rejects.toThrow(ConfigError);
  });
});

describe('an external signer', () => {
  let server: FakeNode | undefined;
  afterEach(() => server?.close());

  const open = (url: string, chains?: Record<string, { externalSignerUrl: string }>) =>
    openSigners({ ...none, externalSigner: { url, address: [address] }, chains, deployment });

  it('is not asked before it is needed, and awaited then', async () => {
    const signers = await open('http://127.0.0.1:1');
    expect(signers.senders).toMatchObject([{ address }]);
    await expect(signers.problems()).rejects.toThrow(UnavailableError);
  });

  it('has to have the key', async () => {
    server = await startFakeNode({ eth_accounts: () => [`0x${'22'.repeat(20)}`] });
    expect(await (await open(server.url)).problems()).toEqual([
      `externalSigner: it has no key of ${address}, but of 0x${'22'.repeat(20)}: correct externalSigner.address`,
    ]);
  });

  it('may have an address of its own for a chain', async () => {
    server = await startFakeNode({ eth_accounts: () => [wallet.address] });
    const signers = await open('http://127.0.0.1:1', { hub: { externalSignerUrl: server.url } });
    expect(await signers.problems()).toEqual([]);
  });
});
