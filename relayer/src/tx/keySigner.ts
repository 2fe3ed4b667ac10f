import { Wallet } from 'ethers';
import { toAddress } from '@ala/shared/ids';
import type { Signer } from './signer.js';

/** Signs with a key that is in this process. */
export function keySigner(privateKey: string): Signer {
  const wallet = new Wallet(privateKey);
  return {
    address: toAddress(wallet.address),
    signTransaction: (transaction) => wallet.signTransaction(transaction),
  };
}
