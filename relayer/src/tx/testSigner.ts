import { Wallet, type TransactionRequest } from 'ethers';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';

interface AskedTransaction {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  readonly value: string;
  readonly gas: string;
  readonly nonce: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
}

/**
 * Stands in for web3signer: a server over HTTP that has keys and signs with them, by ethers, what `eth_signTransaction` names. Like
 * web3signer it serves one chain, whatever it is asked for, knows no other methods, and refuses accounts whose key it has not.
 */
export function startTestSigner(keys: readonly string[], chainId: number): Promise<FakeNode> {
  const wallets = new Map(keys.map((key) => new Wallet(key)).map((wallet) => [wallet.address.toLowerCase(), wallet]));
  return startFakeNode({
    eth_accounts: () => [...wallets.keys()],
    eth_signTransaction: async ([asked]) => {
      const { from, to, data, value, gas, nonce, maxFeePerGas, maxPriorityFeePerGas } = asked as AskedTransaction;
      const wallet = wallets.get(from.toLowerCase());
      if (wallet === undefined) throw new Error('Signer not found for identifier');
      const transaction: TransactionRequest = {
        ...{ type: 2, chainId, to, data, value, gasLimit: gas, nonce: Number(nonce) },
        ...{ maxFeePerGas, maxPriorityFeePerGas },
      };
      return wallet.signTransaction(transaction);
    },
  });
}
