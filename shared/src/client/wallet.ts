import { BrowserProvider, type Eip1193Provider, type Signer } from 'ethers';
import type { ChainId } from '../ids.js';
import { ClientError } from './clientError.js';

/**
 * The first account of an EIP-1193 wallet, on the chain that is asked for.
 * @throws ClientError if the wallet is locked or stays on another chain; what the wallet throws if the user says no.
 */
export async function connectWallet(wallet: Eip1193Provider, chainId: ChainId): Promise<Signer> {
  const accounts: unknown = await wallet.request({ method: 'eth_requestAccounts' });
  if (!Array.isArray(accounts) || accounts.length === 0) {
    const what = 'the wallet is locked, or shows no account to this page';
    throw new ClientError({ kind: 'wallet', what, whatToDo: 'Unlock it and connect an account.' });
  }
  const wanted = `0x${chainId.toString(16)}`;
  const current = async (): Promise<number> => Number(await wallet.request({ method: 'eth_chainId' }));
  if ((await current()) !== (chainId as number)) {
    await wallet.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: wanted }] });
    const actual = await current();
    if (actual !== (chainId as number)) {
      const what = `the wallet is on chain ${actual}, not ${chainId}`;
      throw new ClientError({ kind: 'wrongChain', what, whatToDo: `Switch it to chain ${chainId}.` });
    }
  }
  return new BrowserProvider(wallet, chainId).getSigner(String(accounts[0]));
}
