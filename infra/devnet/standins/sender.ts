import { Wallet, type JsonRpcProvider, type TransactionReceipt } from 'ethers';
import { waitFor } from '../chain/waitFor.js';

const RECEIPT_TIMEOUT_MS = 30_000;

/**
 * Sends one transaction and waits until it is mined. It is estimated first, so that one which would revert throws here and
 * takes no nonce. The account must have no other sender on this chain.
 */
export async function sendAndWait(
  provider: JsonRpcProvider,
  privateKey: string,
  to: string,
  data: string,
): Promise<TransactionReceipt> {
  const wallet = new Wallet(privateKey, provider);
  const gasEstimate = await wallet.estimateGas({ to, data });
  const { hash } = await wallet.sendTransaction({ to, data, gasLimit: (gasEstimate * 3n) / 2n });
  return waitFor(() => provider.getTransactionReceipt(hash), {
    what: `the receipt of ${hash}`,
    timeoutMs: RECEIPT_TIMEOUT_MS,
    pollMs: 25,
  });
}
