import { Transaction } from 'ethers';
import type { Hash } from '@ala/shared/ids';
import type { Attempt } from './attempts.js';

/** What a lane remembers while it runs, beside its rows: a lane without it only sends and asks once more than it had to. */
export class LaneMemory {
  private readonly sentAtMs = new Map<Hash, number>();
  private readonly outbidAtMs = new Map<Hash, number>();
  private usedNonces = 0;
  private readonly lookedAtFeesAtMs = new Map<Hash, number>();
  private readonly costsWei = new Map<Hash, bigint>();
  /** Of the rows that this run has signed: whether more transactions may be due. */
  private readonly several = new Map<number, boolean>();

  /** Since this run has handed it in; null if it never has. */
  sinceSentMs({ hash }: Attempt, nowMs: number): number | null {
    const sentAtMs = this.sentAtMs.get(hash);
    return sentAtMs === undefined ? null : nowMs - sentAtMs;
  }

  sent({ hash }: Attempt, nowMs: number): void {
    this.sentAtMs.set(hash, nowMs);
    this.outbidAtMs.delete(hash);
  }

  /** How many nonces blocks have used by now. Fewer than before: a reorg, after which nodes may have lost what waited for a block. */
  sawUsedNonces(count: number): void {
    if (count < this.usedNonces) this.sentAtMs.clear();
    this.usedNonces = count;
  }

  /** The node has preferred another one of its nonce. */
  outbid({ hash }: Attempt, nowMs: number): void {
    this.outbidAtMs.set(hash, nowMs);
  }

  /** Whether that was less than `forMs` ago. */
  isOutbid({ hash }: Attempt, nowMs: number, forMs: number): boolean {
    const outbidAtMs = this.outbidAtMs.get(hash);
    return outbidAtMs !== undefined && nowMs - outbidAtMs < forMs;
  }

  /** Whether it is `everyMs` since this was last asked of the attempt; if so, it counts as asked. */
  mayLookAtFees({ hash }: Attempt, nowMs: number, everyMs: number): boolean {
    const lookedAtMs = this.lookedAtFeesAtMs.get(hash);
    if (lookedAtMs !== undefined && nowMs - lookedAtMs < everyMs) return false;
    this.lookedAtFeesAtMs.set(hash, nowMs);
    return true;
  }

  /** What the transaction costs at most, wei. */
  costWei({ hash, raw }: Attempt): bigint {
    const known = this.costsWei.get(hash);
    if (known !== undefined) return known;
    const { value, gasLimit, maxFeePerGas } = Transaction.from(raw);
    const costWei = value + gasLimit * (maxFeePerGas ?? 0n);
    this.costsWei.set(hash, costWei);
    return costWei;
  }

  signed(rowId: number, oneOfSeveral: boolean): void {
    this.several.set(rowId, oneOfSeveral);
  }

  /** What a former run has signed may be one of several: the chain is asked again. */
  isOneOfSeveral(rowId: number): boolean {
    return this.several.get(rowId) ?? true;
  }

  forget(rowId: number, attempts: readonly Attempt[]): void {
    this.several.delete(rowId);
    for (const { hash } of attempts) {
      this.sentAtMs.delete(hash);
      this.outbidAtMs.delete(hash);
      this.lookedAtFeesAtMs.delete(hash);
      this.costsWei.delete(hash);
    }
  }
}
