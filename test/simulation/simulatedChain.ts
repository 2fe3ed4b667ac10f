import { toQuantity } from 'ethers';
import { ReadAnswers } from './readAnswers.js';
import type { RpcClient } from './rpcClient.js';
import type { Random } from './random.js';
import type { ChainName } from '@ala/infra/devnet/chain/chainSpec';

/** No reorg is deeper; what bridges carry is so deep that none takes it back. */
export const MAX_REORG = 3;
/** Of the first block, or the hashes of blocks would depend on what anvil mined in the world before. */
const BASE_FEE_WEI = 1_000_000_000;
/** Worlds begin at a multiple of this. */
const BASE_BLOCKS = 400;
const WORLD_GAS = 3_000_000;

/** A transaction that somebody other than a node sends. */
export interface WorldTransaction {
  readonly from: string;
  readonly to: string;
  readonly data: string;
}

type Sent = { readonly raw: string } | { readonly transaction: WorldTransaction };

interface RpcBlock {
  readonly number: string;
  readonly hash: string;
  readonly timestamp: string;
  readonly transactions: readonly string[];
}

/** One of the devnet's chains, whose blocks come when the world says so, and which goes back to where every world begins. */
export class SimulatedChain {
  private readonly answers: ReadAnswers;
  private base = '';
  private baseHash = '';
  private baseHead = 0;
  private sent = new Map<string, Sent>();
  head = 0;
  /** So many signed transactions were taken since the beginning. */
  sentRaw = 0;
  /** How far its clock is ahead of the world's. */
  skewSec = 0;
  /** Of the newest block, whichever fork it is of: blocks never go back in time. */
  private lastTimestampSec = 0;
  /** Resolved when the next block has a time. */
  private nextBlock: Promise<unknown> | null = null;

  constructor(
    readonly name: ChainName,
    readonly chainId: number,
    readonly rpc: RpcClient,
  ) {
    this.answers = new ReadAnswers((method, params) => this.ask(method, params));
  }

  /** What the chain answers to a question that changes nothing. */
  read(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.answers.read(method, params, this.head);
  }

  /** From here on blocks are mined by `mine` alone, and `reset` comes back here: to a round number, however long the start has taken. */
  async hold(): Promise<void> {
    await this.rpc.send('evm_setIntervalMining', [0]);
    await this.rpc.send('evm_setAutomine', [false]);
    const head = Number(await this.rpc.send('eth_blockNumber', []));
    await this.rpc.send('anvil_mine', [toQuantity(BASE_BLOCKS - 1 - (head % BASE_BLOCKS)), '0x1']);
    await this.begin();
    this.baseHash = (await this.block('latest')).hash;
  }

  async reset(): Promise<void> {
    await this.rpc.send('evm_revert', [this.base]);
    await this.begin();
    const { hash } = await this.block('latest');
    if (hash !== this.baseHash) throw new Error(`${this.name} does not begin with ${this.baseHash}, but with ${hash}`);
  }

  /** The block that worlds begin with is mined anew in each, or anvil would have forgotten its state after some. */
  private async begin(): Promise<void> {
    this.answers.rolledBack();
    this.base = (await this.rpc.send('evm_snapshot', [])) as string;
    this.sent = new Map();
    this.head = Number(await this.rpc.send('eth_blockNumber', []));
    this.lastTimestampSec = Number((await this.block('latest')).timestamp);
    await this.mineShared(0);
    this.baseHead = this.head;
  }

  /** Takes a transaction that a node has signed, as any node of the chain would. */
  async sendRaw(raw: string): Promise<unknown> {
    const hash = (await this.rpc.send('eth_sendRawTransaction', [raw])) as string;
    this.answers.changed();
    this.sent.set(hash, { raw });
    this.sentRaw += 1;
    return hash;
  }

  async sendAs(transaction: WorldTransaction): Promise<void> {
    const gas = toQuantity(WORLD_GAS);
    const hash = (await this.rpc.send('eth_sendTransaction', [{ ...transaction, gas }])) as string;
    this.answers.changed();
    this.sent.set(hash, { transaction });
  }

  /** One block with everything that waits, at that time by its own clock or a second after the block before. */
  async mine(nowSec: number): Promise<void> {
    const timestampSec = Math.max(nowSec + this.skewSec, this.lastTimestampSec + 1);
    await this.rpc.send('evm_mine', [{ timestamp: timestampSec }]);
    this.lastTimestampSec = timestampSec;
    this.nextBlock = null;
    this.head += 1;
    this.answers.changed();
  }

  /**
   * A block without transactions that other worlds have under the same hash. Anvil keeps the newest states by the hashes of their
   * blocks, and when it comes to forgetting an earlier world's it would forget this one's. What was taken back it knows no more.
   */
  async mineShared(nowSec: number): Promise<void> {
    const { lastTimestampSec } = this;
    await this.setBaseFee();
    await this.mine(nowSec);
    await this.takeBack(1);
    this.lastTimestampSec = lastTimestampSec;
    await this.mine(nowSec);
  }

  async hasPending(): Promise<boolean> {
    const { pending } = (await this.read('txpool_status', [])) as { pending: string };
    return Number(pending) > 0;
  }

  /** Takes back the newest blocks, of this world alone, and mines as many others. Some of their transactions are lost. */
  async reorganise(mostBlocks: number, nowSec: number, random: Random): Promise<void> {
    const depth = Math.min(mostBlocks, this.head - this.baseHead);
    const lost: Sent[] = [];
    for (let number = this.head - depth + 1; number <= this.head; number++) {
      const { transactions } = await this.block(toQuantity(number));
      lost.push(...transactions.flatMap((hash) => this.sent.get(hash) ?? []));
    }
    await this.takeBack(depth);
    const keep = random.next();
    for (const sent of lost) if (random.chance(keep)) await this.sendAgain(sent);
    for (let mined = 0; mined < depth; mined++) await this.mine(nowSec);
  }

  /** Drops what waits for a block, as nodes do that are restarted. */
  async dropPending(): Promise<void> {
    await this.rpc.send('anvil_dropAllTransactions', []);
    this.answers.changed();
  }

  async block(tag: string): Promise<RpcBlock> {
    return (await this.read('eth_getBlockByNumber', [tag, false])) as RpcBlock;
  }

  /** What is estimated is estimated for the next block; without a time of its own that would be at the machine's. */
  private async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === 'eth_estimateGas') {
      this.nextBlock ??= this.rpc.send('evm_setNextBlockTimestamp', [this.lastTimestampSec + 1]);
      await this.nextBlock;
    }
    return this.rpc.send(method, params);
  }

  private async takeBack(blocks: number): Promise<void> {
    await this.rpc.send('anvil_rollback', [blocks]);
    await this.setBaseFee();
    this.head -= blocks;
    this.answers.rolledBack();
  }

  private async setBaseFee(): Promise<void> {
    await this.rpc.send('anvil_setNextBlockBaseFeePerGas', [toQuantity(BASE_FEE_WEI)]);
  }

  private async sendAgain(sent: Sent): Promise<void> {
    try {
      await ('raw' in sent ? this.sendRaw(sent.raw) : this.sendAs(sent.transaction));
    } catch {
      // Its nonce has come free before it, or is taken: it is lost.
    }
  }
}
