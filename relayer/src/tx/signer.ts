import type { Address, ChainId } from '@ala/shared/ids';
import type { Fees } from './fees.js';

/** A transaction of type 2 (EIP-1559) as it is to be signed; value in wei. */
export interface UnsignedTransaction extends Fees {
  readonly type: 2;
  readonly chainId: ChainId;
  readonly nonce: number;
  readonly to: string;
  readonly data: string;
  readonly value: bigint;
  readonly gasLimit: bigint;
}

/** Who pays for a node's transactions, wherever its key is. */
export interface Signer {
  readonly address: Address;
  /** The signed transaction, serialized. @throws UnavailableError if the key is elsewhere and does not answer. */
  readonly signTransaction: (transaction: UnsignedTransaction) => Promise<string>;
}
