import { getBigInt, keccak256, toQuantity, Transaction, type BigNumberish, type JsonRpcProvider } from 'ethers';
import { AlaError } from '@ala/shared/errors';
import { toHash, type ChainId, type Hash } from '@ala/shared/ids';
import { settleTogether } from '../chain/sendTogether.js';
import type { TransactionCall } from '../dispatch/preparation.js';
import { firstFees, replacementFees, type FeeMarket, type Fees } from './fees.js';
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

/** What the signer has under way on the chain: transactions that are stored and that no block has. */
export interface UnderWay {
  readonly nonces: ReadonlySet<number>;
  /** What they cost at most together. */
  readonly costWei: bigint;
}

/** What became of one of the calls. */
export type Signing =
  | { readonly type: 'signed'; readonly transaction: SignedTransaction }
  /** Could be paid for if nothing else were under way. */
  | { readonly type: 'waits' }
  /** A CALL_EXCEPTION of ethers if the contract refuses, CannotPayError, or what the RPC or the signer failed with. */
  | { readonly type: 'failed'; readonly error: unknown };

/**
 * Simulates the calls on the newest block, or on what waits for the next one, and signs those that are not refused, with the signer's next
 * nonces in the order given. A nonce that is free below those under way (a reorg has removed its transaction) comes first: nothing behind
 * it could be mined.
 * @throws if the RPC does not answer; nothing was signed then.
 */
export async function signCalls(
  args: SigningArgs,
  calls: readonly TransactionCall[],
  underWay: UnderWay,
): Promise<Signing[]> {
  const { provider, signer, maxFeePerGasWei: capWei, observer } = args;
  const from = signer.address;
  const [gasEstimates, firstNonce, balanceWei, market] = await Promise.all([
    settleTogether(
      provider,
      calls.map(({ to, data, valueWei, onPending }) => ({
        method: 'eth_estimateGas',
        params: [{ from, to, data, value: toQuantity(valueWei) }, ...(onPending === true ? ['pending'] : [])],
      })),
    ),
    provider.getTransactionCount(from, 'latest'),
    provider.getBalance(from, 'latest'),
    readFeeMarket(provider),
  ]);
  observer.fees(market.baseFeeWei, capWei);
  const purse = { balanceWei, leftWei: balanceWei - underWay.costWei };
  const nonces = freeNonces(firstNonce, underWay.nonces);
  const fees = firstFees(market, capWei);
  const signings: Signing[] = [];
  for (const [index, call] of calls.entries())
    signings.push(await signOne(args, { call, gasEstimate: gasEstimates[index], fees, purse, nonces }));
  return signings;
}

interface OneCall {
  readonly call: TransactionCall;
  readonly gasEstimate: PromiseSettledResult<unknown> | undefined;
  readonly fees: Fees | null;
  /** What is left is lessened by what is signed. */
  readonly purse: { readonly balanceWei: bigint; leftWei: bigint };
  readonly nonces: NonceSource;
}

async function signOne(args: SigningArgs, { call, gasEstimate, fees, purse, nonces }: OneCall): Promise<Signing> {
  const { signer, chainId, observer } = args;
  const { balanceWei } = purse;
  const { to, data, valueWei: value } = call;
  // First of all: without the value the estimate fails in the words of each node.
  if (balanceWei < value) return refused(args, balanceWei, value);
  if (gasEstimate?.status !== 'fulfilled') return { type: 'failed', error: gasEstimate?.reason };
  if (fees === null) return { type: 'failed', error: new CannotPayError('the base fee is above maxFeePerGasGwei') };
  const gasLimit = (getBigInt(gasEstimate.value as BigNumberish) * GAS_LIMIT_PERCENT) / 100n;
  const neededWei = value + gasLimit * fees.maxFeePerGas;
  if (balanceWei < neededWei) return refused(args, balanceWei, neededWei);
  observer.balance(balanceWei, neededWei);
  if (purse.leftWei < neededWei) return { type: 'waits' };
  try {
    const nonce = nonces.next;
    const transaction = await sign(signer, { type: 2, chainId, nonce, to, data, value, gasLimit, ...fees });
    nonces.take();
    purse.leftWei -= neededWei;
    return { type: 'signed', transaction };
  } catch (error) {
    // Its nonce goes to the next call.
    return { type: 'failed', error };
  }
}

function refused({ observer }: SigningArgs, balanceWei: bigint, neededWei: bigint): Signing {
  observer.balance(balanceWei, neededWei);
  return { type: 'failed', error: new CannotPayError('the signer has too little to pay for it') };
}

interface NonceSource {
  readonly next: number;
  take(): void;
}

/** The nonces from `first` on that are not under way. */
function freeNonces(first: number, underWay: ReadonlySet<number>): NonceSource {
  const free = (from: number): number => (underWay.has(from) ? free(from + 1) : from);
  let next = free(first);
  return {
    get next() {
      return next;
    },
    take: () => (next = free(next + 1)),
  };
}

/**
 * Signs the same call with the same nonce at higher fees; null if cap or balance leave no room, or if a block could take it as it is and
 * that is enough. It is not simulated again: a call that
 * has become refusable still has to give its nonce free, and any other call would make it unknown which of them is had.
 */
export async function signReplacement(
  args: SigningArgs,
  replacedRaw: string,
  { onlyIfPricedOut }: { readonly onlyIfPricedOut: boolean },
): Promise<SignedTransaction | null> {
  const { nonce, maxFeePerGas, maxPriorityFeePerGas } = Transaction.from(replacedRaw);
  if (maxFeePerGas === null || maxPriorityFeePerGas === null)
    throw new AlaError('the stored transaction is not one of a lane');
  return signStored(args, replacedRaw, nonce, (market) =>
    onlyIfPricedOut && maxFeePerGas >= market.baseFeeWei
      ? null
      : replacementFees({ maxFeePerGas, maxPriorityFeePerGas }, market, args.maxFeePerGasWei),
  );
}

/** Signs the call of a transaction once more, with another nonce and the fees of now; null if cap or balance leave no room. */
export async function signAgain(args: SigningArgs, raw: string, nonce: number): Promise<SignedTransaction | null> {
  return signStored(args, raw, nonce, (market) => firstFees(market, args.maxFeePerGasWei));
}

/** Signs the call of a stored transaction with a nonce and fees; null if there are no fees for it, or no balance. */
async function signStored(
  { provider, signer, chainId, maxFeePerGasWei: capWei, observer }: SigningArgs,
  raw: string,
  nonce: number,
  feesAt: (market: FeeMarket) => Fees | null,
): Promise<SignedTransaction | null> {
  const { to, data, value, gasLimit } = Transaction.from(raw);
  if (to === null) throw new AlaError('the stored transaction is not one of a lane');
  const [balanceWei, market] = await Promise.all([
    provider.getBalance(signer.address, 'latest'),
    readFeeMarket(provider),
  ]);
  observer.fees(market.baseFeeWei, capWei);
  const fees = feesAt(market);
  if (fees === null) return null;
  const neededWei = value + gasLimit * fees.maxFeePerGas;
  observer.balance(balanceWei, neededWei);
  if (balanceWei < neededWei) return null;
  return sign(signer, { type: 2, chainId, nonce, to, data, value, gasLimit, ...fees });
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
