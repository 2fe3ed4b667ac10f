import { Transaction, Wallet, type TransactionLike } from 'ethers';
import { afterEach, describe, expect, it } from 'vitest';
import { toAddress, toChainId } from '@ala/shared/ids';
import { startFakeNode, type Answer, type FakeNode } from '../chain/fakeNode.js';
import { UnavailableError } from '../lib/errors.js';
import { openExternalSigner, SignerRefusalError } from './externalSigner.js';
import type { UnsignedTransaction } from './signer.js';

let server: FakeNode | undefined;
afterEach(() => server?.close());

const wallet = new Wallet(`0x${'01'.repeat(32)}`);
const address = toAddress(wallet.address);
const chainId = toChainId(31_337);
const asked: UnsignedTransaction = {
  type: 2,
  chainId,
  nonce: 5,
  to: `0x${'7a'.repeat(20)}`,
  data: '0x0102',
  value: 9n,
  gasLimit: 50_000n,
  maxFeePerGas: 30n,
  maxPriorityFeePerGas: 2n,
};

function signedBy(by: Wallet, transaction: TransactionLike): string {
  const signed = Transaction.from(transaction);
  signed.signature = by.signingKey.sign(signed.unsignedHash);
  return signed.serialized;
}

async function signer(answer: Answer, accounts: Answer = () => [wallet.address]) {
  server = await startFakeNode({ eth_signTransaction: answer, eth_accounts: accounts });
  return openExternalSigner({ url: server.url, address, chainId });
}

describe('an external signer', () => {
  it('is asked for the whole transaction, by name', async () => {
    let request: unknown;
    const { signTransaction } = await signer(([params]) => {
      request = params;
      return signedBy(wallet, asked);
    });
    expect(await signTransaction(asked)).toBe(await wallet.signTransaction(asked));
    expect(request).toEqual({
      from: address,
      to: asked.to,
      data: '0x0102',
      value: '0x9',
      gas: '0xc350',
      nonce: '0x5',
      chainId: '0x7a69',
      maxFeePerGas: '0x1e',
      maxPriorityFeePerGas: '0x2',
    });
  });

  it('may answer with an object that holds the bytes, as clef does', async () => {
    const { signTransaction } = await signer(() => ({ raw: signedBy(wallet, asked), tx: {} }));
    expect(await signTransaction(asked)).toBe(signedBy(wallet, asked));
  });

  it.each([
    ['to', { to: `0x${'66'.repeat(20)}` }],
    ['data', { data: '0x01' }],
    ['value', { value: 10n }],
    ['nonce', { nonce: 6 }],
    ['gas limit', { gasLimit: 50_001n }],
    ['fee', { maxFeePerGas: 31n }],
    ['tip', { maxPriorityFeePerGas: 3n }],
    ['access list', { accessList: [{ address: `0x${'66'.repeat(20)}`, storageKeys: [] }] }],
  ])('is not believed when it changes the %s', async (_, change) => {
    const { signTransaction } = await signer(() => signedBy(wallet, { ...asked, ...change }));
    await expect(signTransaction(asked)).rejects.toThrow(/signed another transaction than it was asked for; nothing/);
  });

  it('is told apart by its chain when it is configured for another one', async () => {
    const { signTransaction } = await signer(() => signedBy(wallet, { ...asked, chainId: 1 }));
    await expect(signTransaction(asked)).rejects.toThrow('(chain 1, not 31337)');
  });

  it('is not believed when it signs with another key', async () => {
    const { signTransaction } = await signer(() => signedBy(new Wallet(`0x${'02'.repeat(32)}`), asked));
    await expect(signTransaction(asked)).rejects.toThrow(/signed as 0x\w+, not as 0x\w+; nothing was sent/);
  });

  it.each([null, '0x', '0x02abcd', {}, Transaction.from(asked).unsignedSerialized])(
    'is not believed when it answers %s',
    async (answer) => {
      const { signTransaction } = await signer(() => answer);
      await expect(signTransaction(asked)).rejects.toThrow(SignerRefusalError);
    },
  );

  it('says in its own words why it refuses', async () => {
    const { signTransaction } = await signer(() => {
      throw new Error('no key found');
    });
    await expect(signTransaction(asked)).rejects.toThrow(SignerRefusalError);
    await expect(signTransaction(asked)).rejects.toThrow(/refuses eth_signTransaction: no key found; see its log/);
  });

  it('is awaited, by the origin of its URL only, while it does not answer', async () => {
    const { signTransaction } = openExternalSigner({ url: 'http://127.0.0.1:1/secret', address, chainId });
    const failing = signTransaction(asked);
    await expect(failing).rejects.toThrow(UnavailableError);
    await expect(failing).rejects.toThrow('http://127.0.0.1:1 does not answer');
    await expect(failing).rejects.not.toThrow('secret');
  });

  it('names its accounts, or does not say', async () => {
    expect(await (await signer(() => null)).accounts()).toEqual([address]);
    await server?.close();
    const silent = await signer(
      () => null,
      () => {
        throw new Error('method not found');
      },
    );
    expect(await silent.accounts()).toBeNull();
  });
});
