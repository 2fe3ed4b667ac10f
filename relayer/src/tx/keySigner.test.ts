import { Wallet } from 'ethers';
import { expect, it } from 'vitest';
import { toChainId } from '@ala/shared/ids';
import { keySigner } from './keySigner.js';
import type { UnsignedTransaction } from './signer.js';

const KEY = `0x${'4c'.repeat(32)}`;

const transaction = (nonce: number, fields: Partial<UnsignedTransaction> = {}): UnsignedTransaction => ({
  type: 2,
  chainId: toChainId(31_337),
  nonce,
  to: `0x${'7a'.repeat(20)}`,
  data: `0x${'ab'.repeat(nonce)}`,
  value: BigInt(nonce) ** 9n,
  gasLimit: 21_000n,
  maxFeePerGas: 3_000_000_000n,
  maxPriorityFeePerGas: 1n,
  ...fields,
});

it('signs what the wallet of ethers signs, byte for byte', async () => {
  const wallet = new Wallet(KEY);
  const signer = keySigner(KEY);
  expect(signer.address).toBe(wallet.address.toLowerCase());
  for (let nonce = 0; nonce < 100; nonce++) {
    expect(await signer.signTransaction(transaction(nonce))).toBe(await wallet.signTransaction(transaction(nonce)));
  }
});

it('rejects what is no transaction, and what is no key', async () => {
  await expect(keySigner(KEY).signTransaction(transaction(0, { to: '0x12' }))).rejects.toThrow('invalid address');
  expect(() => keySigner('0x12')).toThrow();
});
