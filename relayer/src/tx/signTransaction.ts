import { keccak256, type JsonRpcProvider, type Wallet } from 'ethers';
import { toHash, type ChainId, type Hash } from '@ala/shared/ids';
import type { TransactionCall } from '../dispatch/preparation.js';

export interface SignedTransaction {
  readonly nonce: number;
  readonly hash: Hash;
  readonly raw: string;
}

/** Room for what changes between the estimate and the block: percent of the estimate. */
const GAS_LIMIT_PERCENT = 130n;
/** A base fee can double in six full blocks before the transaction is priced out. */
const BASE_FEE_FACTOR = 2n;

/**
 * Simulates the call and signs it with the signer's next nonce. The lane has settled all earlier transactions, so the
 * chain's own count is the next nonce.
 * @throws an ethers CALL_EXCEPTION if the contract refuses; nothing was signed then.
 */
export async function signTransaction(
  provider: JsonRpcProvider,
  wallet: Wallet,
  chainId: ChainId,
  call: TransactionCall,
): Promise<SignedTransaction> {
  const request = { from: wallet.address, to: call.to, data: call.data, value: call.valueWei };
  const [estimatedGas, nonce, fees] = await Promise.all([
    provider.estimateGas(request),
    provider.getTransactionCount(wallet.address, 'latest'),
    provider.getFeeData(),
  ]);
  const tipWei = fees.maxPriorityFeePerGas ?? 0n;
  const raw = await wallet.signTransaction({
    type: 2,
    chainId,
    nonce,
    to: call.to,
    data: call.data,
    value: call.valueWei,
    gasLimit: (estimatedGas * GAS_LIMIT_PERCENT) / 100n,
    maxPriorityFeePerGas: tipWei,
    maxFeePerGas: (fees.maxFeePerGas ?? fees.gasPrice ?? 0n) * BASE_FEE_FACTOR + tipWei,
  });
  return { nonce, raw, hash: toHash(keccak256(raw)) };
}
