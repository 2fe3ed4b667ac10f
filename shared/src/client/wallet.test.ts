import type { Eip1193Provider } from 'ethers';
import { expect, it } from 'vitest';
import { toChainId } from '../ids.js';
import { explainError } from './explainError.js';
import { connectWallet } from './wallet.js';

const ACCOUNT = `0x${'11'.repeat(20)}`;

/** A wallet as the standard has it; `switches` says what it does when it is asked for another chain. */
function wallet(accounts: readonly string[], startChain: number, switches: 'yes' | 'no' | 'ignores'): Eip1193Provider {
  let chain = startChain;
  return {
    request: ({ method, params }) => {
      if (method === 'eth_requestAccounts' || method === 'eth_accounts') return Promise.resolve(accounts);
      if (method === 'eth_chainId') return Promise.resolve(`0x${chain.toString(16)}`);
      if (method !== 'wallet_switchEthereumChain') return Promise.reject(new Error(method));
      if (switches === 'no') return Promise.reject(Object.assign(new Error('no'), { code: 4001 }));
      if (switches === 'yes') chain = Number((params as [{ chainId: string }])[0].chainId);
      return Promise.resolve(null);
    },
  };
}

it('connects the first account, and switches the chain where it has to', async () => {
  const signer = await connectWallet(wallet([ACCOUNT], 1, 'yes'), toChainId(7));
  expect(await signer.getAddress()).toBe(ACCOUNT);
});

it.each([
  ['locked', wallet([], 7, 'yes'), 'wallet'],
  ['on another chain, and the user says no', wallet([ACCOUNT], 1, 'no'), 'rejected'],
  ['on another chain and stays there', wallet([ACCOUNT], 1, 'ignores'), 'wrongChain'],
] as const)('a wallet that is %s is told apart', async (_, given, kind) => {
  const error: unknown = await connectWallet(given, toChainId(7)).catch((thrown: unknown) => thrown);
  expect(explainError(error).kind).toBe(kind);
});
