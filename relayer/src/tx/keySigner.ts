import { getBytes, hexlify, Signature, Transaction, Wallet } from 'ethers';
import { signRecoverable } from 'tiny-secp256k1';
import { toAddress } from '@ala/shared/ids';
import type { Signer, UnsignedTransaction } from './signer.js';

/** Signs with a key that is in this process. */
export function keySigner(privateKey: string): Signer {
  const { address } = new Wallet(privateKey);
  const key = getBytes(privateKey);
  return {
    address: toAddress(address),
    signTransaction: (transaction) => new Promise((resolve) => resolve(signWith(key, transaction))),
  };
}

/** Byte for byte what the wallet of ethers signs (both choose the nonce of a signature by RFC 6979), in a quarter of the time. */
function signWith(key: Uint8Array, unsigned: UnsignedTransaction): string {
  const transaction = Transaction.from(unsigned);
  const { signature, recoveryId } = signRecoverable(getBytes(transaction.unsignedHash), key);
  const [r, s] = [hexlify(signature.subarray(0, 32)), hexlify(signature.subarray(32))];
  transaction.signature = Signature.from({ r, s, yParity: recoveryId === 1 ? 1 : 0 });
  return transaction.serialized;
}
