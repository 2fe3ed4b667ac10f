import {
  concat,
  getCreateAddress,
  isError,
  Wallet,
  type Interface,
  type JsonRpcProvider,
  type TransactionReceipt,
} from 'ethers';
import type { DevnetAccount } from '../accounts.js';
import type { ContractCode } from './contractCode.js';
import { waitFor } from './waitFor.js';

const CALL_GAS = 2_000_000n;
const DEPLOY_GAS = 15_000_000n;
const MAX_FEE_PER_GAS_WEI = 50_000_000_000n;
const RECEIPT_TIMEOUT_MS = 60_000;

/** A contract that a lane has put on its chain. */
export interface Deployment {
  readonly code: ContractCode;
  readonly address: string;
  readonly transactionHash: string;
}

interface PlannedTransaction {
  readonly label: string;
  /** Knows the errors that the transaction may revert with. */
  readonly contract: Interface;
  readonly raw: Promise<string>;
  readonly deployed: { readonly code: ContractCode; readonly address: string } | null;
}

export class TransactionReverted extends Error {
  constructor(
    readonly label: string,
    readonly transactionHash: string,
    readonly reason: string,
  ) {
    super(`${label} reverted: ${reason} (transaction ${transactionHash})`);
    this.name = 'TransactionReverted';
  }
}

export interface CallOptions {
  readonly valueWei?: bigint;
  readonly gasLimit?: bigint;
}

/**
 * Transactions of one account on one chain, signed ahead with nonces of its own. The addresses of contracts follow from the
 * nonces, so a whole deployment can be written down before its first transaction is sent, and then goes out without waiting for receipts.
 * The account must have no other sender meanwhile.
 */
export class Lane {
  readonly deployments: Deployment[] = [];
  private planned: PlannedTransaction[] = [];

  private constructor(
    readonly provider: JsonRpcProvider,
    readonly wallet: Wallet,
    private readonly chainId: bigint,
    private nonce: number,
  ) {}

  static async open(provider: JsonRpcProvider, account: DevnetAccount): Promise<Lane> {
    const wallet = new Wallet(account.privateKey);
    const [{ chainId }, nonce] = await Promise.all([
      provider.getNetwork(),
      provider.getTransactionCount(wallet.address, 'pending'),
    ]);
    return new Lane(provider, wallet, chainId, nonce);
  }

  get address(): string {
    return this.wallet.address;
  }

  /** Plans a deployment and says where the contract will be. */
  deploy(code: ContractCode, args: readonly unknown[] = []): string {
    const address = getCreateAddress({ from: this.wallet.address, nonce: this.nonce });
    const data = concat([code.bytecode, code.interface.encodeDeploy(args)]);
    this.plan(
      { label: `deployment of ${code.name}`, contract: code.interface, deployed: { code, address } },
      null,
      data,
      {
        gasLimit: DEPLOY_GAS,
      },
    );
    return address;
  }

  /** Plans a call. */
  call(to: string, contract: Interface, method: string, args: readonly unknown[], options: CallOptions = {}): void {
    this.plan({ label: method, contract, deployed: null }, to, contract.encodeFunctionData(method, args), options);
  }

  /** Sends what is planned; the receipts in the order of planning. Throws `TransactionReverted` for the first that failed. */
  async flush(): Promise<TransactionReceipt[]> {
    const batch = this.planned;
    this.planned = [];
    const hashes: string[] = [];
    // One after the other (2-5 ms each): of a batch sent at once, anvil 1.7.1 with mixed mining now and then loses a part.
    for (const { raw } of batch)
      hashes.push((await this.provider.send('eth_sendRawTransaction', [await raw])) as string);
    const receipts: TransactionReceipt[] = [];
    for (const [index, transaction] of batch.entries()) {
      const hash = hashes[index] as string;
      const receipt = await this.receiptOf(hash, transaction.label);
      if (receipt.status !== 1)
        throw new TransactionReverted(transaction.label, hash, await this.reasonOf(receipt, transaction.contract));
      if (transaction.deployed) this.deployments.push({ ...transaction.deployed, transactionHash: hash });
      receipts.push(receipt);
    }
    return receipts;
  }

  private plan(what: Omit<PlannedTransaction, 'raw'>, to: string | null, data: string, options: CallOptions): void {
    const raw = this.wallet.signTransaction({
      type: 2,
      chainId: this.chainId,
      nonce: this.nonce++,
      to,
      data,
      value: options.valueWei ?? 0n,
      gasLimit: options.gasLimit ?? CALL_GAS,
      maxFeePerGas: MAX_FEE_PER_GAS_WEI,
      maxPriorityFeePerGas: 1_000_000_000n,
    });
    this.planned.push({ ...what, raw });
  }

  private receiptOf(hash: string, label: string): Promise<TransactionReceipt> {
    return waitFor(() => this.provider.getTransactionReceipt(hash), {
      what: `the receipt of ${label} (${hash})`,
      timeoutMs: RECEIPT_TIMEOUT_MS,
      pollMs: 20,
    });
  }

  /** Runs the failed transaction again on the state after its block: close enough for a devnet's message. */
  private async reasonOf(receipt: TransactionReceipt, contract: Interface): Promise<string> {
    const transaction = await this.provider.getTransaction(receipt.hash);
    if (!transaction) return 'reason unknown';
    try {
      const { from, to, data, value } = transaction;
      await this.provider.call({ from, to, data, value, blockTag: receipt.blockNumber });
      return `ran through when tried again; gas used ${receipt.gasUsed}`;
    } catch (error) {
      return describeRevert(error, contract);
    }
  }
}

/** The contract's own error with its values, where the node has told its data. */
function describeRevert(error: unknown, contract: Interface): string {
  const data = isError(error, 'CALL_EXCEPTION') ? error.data : null;
  const known = data ? contract.parseError(data) : null;
  if (known) return `${known.name}(${known.args.map(String).join(', ')})`;
  return error instanceof Error ? error.message : String(error);
}
