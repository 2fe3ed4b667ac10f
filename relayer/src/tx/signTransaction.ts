import { keccak256, Transaction, type JsonRpcProvider } from 'ethers';
import { AlaError } from '@ala/shared/errors';
import { toHash, type ChainId, type Hash } from '@ala/shared/ids';
import type { TransactionCall } from '../dispatch/preparation.js';
import { firstFees, replacementFees, type FeeMarket } from './fees.js';
import type { Signer, UnsignedTransaction } from './signer.js';

export interface SignedTransaction {
  readonly nonce: number;
  readonly hash: Hash;
  readonly raw: string;
}

/** Told, in wei, of what was seen while a transaction was to be signed; says it to people. */
export interface SigningObserver {
  fees(baseFeeWei: bigint, capWei: bigint): void;
  /** What the signer has, and what the transaction may cost at most. */
  balance(balanceWei: bigint, neededWei: bigint): void;
}

export interface SigningArgs {
  readonly provider: JsonRpcProvider;
  readonly signer: Signer;
  readonly chainId: ChainId;
  /** No transaction offers more than this, in wei a unit of gas. */
  readonly maxFeePerGasWei: bigint;
  readonly observer: SigningObserver;
}

/** The chain is dearer than the configuration allows, or the signer has too little: nothing was signed, and later it may be. */
export class CannotPayError extends AlaError {}

/** Room for what changes between the estimate and the block: percent of the estimate. */
const GAS_LIMIT_PERCENT = 130n;

/**
 * Simulates the call and signs it with the signer's next nonce. The lane has settled all earlier transactions, so the
 * chain's own count is the next nonce.
 * @throws an ethers CALL_EXCEPTION if the contract refuses, CannotPayError; nothing was signed then.
 */
export async function signCall(args: SigningArgs, call: TransactionCall): Promise<SignedTransaction> {
  const { provider, signer, chainId, maxFeePerGasWei: capWei, observer } = args;
  const from = signer.address;
  const estimating = provider.estimateGas({ from, to: call.to, data: call.data, value: call.valueWei });
  // It is judged below: without the value it fails in the words of each node.
  estimating.catch(() => undefined);
  const [nonce, balanceWei, market] = await Promise.all([
    provider.getTransactionCount(from, 'latest'),
    provider.getBalance(from, 'latest'),
    readFeeMarket(provider),
  ]);
  if (balanceWei < call.valueWei) return refuse(args, balanceWei, call.valueWei);
  const gasLimit = ((await estimating) * GAS_LIMIT_PERCENT) / 100n;
  observer.fees(market.baseFeeWei, capWei);
  const fees = firstFees(market, capWei);
  if (fees === null) throw new CannotPayError('the base fee is above maxFeePerGasGwei');
  const neededWei = call.valueWei + gasLimit * fees.maxFeePerGas;
  if (balanceWei < neededWei) return refuse(args, balanceWei, neededWei);
  observer.balance(balanceWei, neededWei);
  return sign(signer, {
    type: 2,
    chainId,
    nonce,
    to: call.to,
    data: call.data,
    value: call.valueWei,
    gasLimit,
    ...fees,
  });
}

/**
 * Signs the same call with the same nonce at higher fees; null if cap or balance leave no room. It is not simulated again: a call that
 * has become refusable still has to give its nonce free, and any other call would make it unknown which of them is had.
 */
export async function signReplacement(args: SigningArgs, replacedRaw: string): Promise<SignedTransaction | null> {
  const { provider, signer, chainId, maxFeePerGasWei: capWei, observer } = args;
  const { nonce, to, data, value, gasLimit, maxFeePerGas, maxPriorityFeePerGas } = Transaction.from(replacedRaw);
  if (to === null || maxFeePerGas === null || maxPriorityFeePerGas === null)
    throw new AlaError('the stored transaction is not one of a lane');
  const [balanceWei, market] = await Promise.all([
    provider.getBalance(signer.address, 'latest'),
    readFeeMarket(provider),
  ]);
  observer.fees(market.baseFeeWei, capWei);
  const fees = replacementFees({ maxFeePerGas, maxPriorityFeePerGas }, market, capWei);
  if (fees === null) return null;
  const neededWei = value + gasLimit * fees.maxFeePerGas;
  observer.balance(balanceWei, neededWei);
  if (balanceWei < neededWei) return null;
  return sign(signer, { type: 2, chainId, nonce, to, data, value, gasLimit, ...fees });
}

function refuse({ observer }: SigningArgs, balanceWei: bigint, neededWei: bigint): never {
  observer.balance(balanceWei, neededWei);
  throw new CannotPayError('the signer has too little to pay for it');
}

async function sign(signer: Signer, transaction: UnsignedTransaction): Promise<SignedTransaction> {
  const raw = await signer.signTransaction(transaction);
  return { nonce: transaction.nonce, raw, hash: toHash(keccak256(raw)) };
}

async function readFeeMarket(provider: JsonRpcProvider): Promise<FeeMarket> {
  const [block, { maxPriorityFeePerGas }] = await Promise.all([provider.getBlock('latest'), provider.getFeeData()]);
  if (block?.baseFeePerGas == null || maxPriorityFeePerGas === null)
    throw new AlaError('the newest block has no base fee: only chains with EIP-1559 are supported');
  return { baseFeeWei: block.baseFeePerGas, tipWei: maxPriorityFeePerGas };
}
