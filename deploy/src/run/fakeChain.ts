import { keccak256, type Interface } from 'ethers';
import type { CallAnswer, ChainClient, Receipt } from '../chain/client.js';

/** A chain for tests: answers views from `values`, mines what it is given at once, and remembers it. */
export class FakeChain implements ChainClient {
  readonly name = 'hub';
  readonly chainId = 1;
  /** Blocks on top of the last transaction's. */
  blocks = 0;
  /** Do transactions that are sent succeed? */
  succeeds = true;
  readonly sent: string[] = [];
  readonly codes = new Map<string, string>();
  /** By method: what its view answers. */
  readonly values = new Map<string, readonly unknown[]>();
  /** Is told the data of each transaction. */
  onTransaction: (data: string) => void = () => undefined;
  private readonly receipts = new Map<string, Receipt>();

  constructor(private readonly abi: Interface) {}

  call({ data }: { data: string }): Promise<CallAnswer> {
    const method = this.abi.parseTransaction({ data })?.name ?? '';
    const value = this.values.get(method);
    const answer = value === undefined ? { revertData: null } : { data: this.abi.encodeFunctionResult(method, value) };
    return Promise.resolve(answer);
  }
  estimateGas(): Promise<bigint> {
    return Promise.resolve(21_000n);
  }
  codeAt(address: string): Promise<string> {
    return Promise.resolve(this.codes.get(address) ?? '0x');
  }
  receiptOf(hash: string): Promise<Receipt | null> {
    return Promise.resolve(this.receipts.get(hash) ?? null);
  }
  nonceOf(): Promise<number> {
    return Promise.resolve(this.sent.length);
  }
  head(): Promise<number> {
    return Promise.resolve(100 + this.sent.length + this.blocks);
  }
  gasPrice(): Promise<{ maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }> {
    return Promise.resolve({ maxFeePerGas: 2n, maxPriorityFeePerGas: 1n });
  }
  broadcast(raw: string): Promise<void> {
    this.sent.push(raw);
    this.receipts.set(keccak256(raw), { succeeded: this.succeeds, blockNumber: 100 + this.sent.length });
    this.onTransaction(raw);
    return Promise.resolve();
  }
  knows(hash: string): Promise<boolean> {
    return Promise.resolve(this.receipts.has(hash));
  }
  logs(): Promise<never[]> {
    return Promise.resolve([]);
  }
  actualChainId(): Promise<number> {
    return Promise.resolve(this.chainId);
  }
  close(): void {
    // Nothing is open.
  }
}
