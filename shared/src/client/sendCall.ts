import { isError, type Interface, type Provider, type Signer, type TransactionReceipt } from 'ethers';
import type { ChainId } from '../ids.js';
import { ClientError } from './clientError.js';

/** A call of a contract that changes something. */
export interface ContractCall {
  readonly to: string;
  readonly abi: Interface;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Told what is under way; `hash` is known before the transaction is mined, so that it can be looked up whatever happens. */
export interface Step {
  readonly method: string;
  readonly hash: string;
}

export type OnStep = (step: Step) => void;

/** What a wallet's own transactions need beside the signer. */
export interface Sender {
  readonly signer: Signer;
  /** The chain that the transactions are for. */
  readonly chainId: ChainId;
  readonly onStep?: OnStep;
}

/**
 * Sends a call once the chain says that it would go through, and waits until it is mined.
 * @throws what `explainError` explains; before the transaction is sent, or once it was mined and has failed.
 */
export async function sendCall({ signer, chainId, onStep }: Sender, call: ContractCall): Promise<TransactionReceipt> {
  const provider = providerOf(signer);
  await checkChain(provider, chainId);
  const data = call.abi.encodeFunctionData(call.method, call.args);
  const transaction = { to: call.to, data, from: await signer.getAddress() };
  // What waits in a pool's buckets may be more by the time of the block than by now.
  const gasLimit = ((await provider.estimateGas(transaction)) * 5n) / 4n;
  const sent = await signer.sendTransaction({ to: call.to, data, gasLimit });
  onStep?.({ method: call.method, hash: sent.hash });
  try {
    const receipt = await sent.wait();
    if (receipt === null)
      throw new ClientError({ kind: 'unknown', what: 'no receipt', whatToDo: `Look up ${sent.hash}.` });
    return receipt;
  } catch (error) {
    // A receipt does not say why: the same call on the state after it does, unless that has moved on.
    if (isError(error, 'CALL_EXCEPTION') && error.receipt) {
      await provider.call({ ...transaction, blockTag: error.receipt.blockNumber });
    }
    throw error;
  }
}

/** @throws ClientError if the signer cannot read its chain. */
export function providerOf(signer: Signer): Provider {
  if (signer.provider !== null) return signer.provider;
  const what = 'the signer has no provider';
  throw new ClientError({ kind: 'wallet', what, whatToDo: 'Connect it to the chain of the contract.' });
}

/** @throws ClientError if the provider is of another chain: a transaction there would go to a foreign contract. */
export async function checkChain(provider: Provider, chainId: ChainId): Promise<void> {
  const { chainId: actual } = await provider.getNetwork();
  if (actual === BigInt(chainId)) return;
  const what = `this is chain ${actual}, not ${chainId}`;
  throw new ClientError({ kind: 'wrongChain', what, whatToDo: `Switch to chain ${chainId}. Nothing was sent.` });
}
