import { formatEther, formatUnits } from 'ethers';
import type { Logger } from 'pino';

export interface SignerStateArgs {
  readonly chain: string;
  readonly address: string;
  /** Below this a warning is written; null: never. */
  readonly minBalanceWei: bigint | null;
  readonly log: Logger;
}

/** Whether the signer of one chain can pay. What changes is said once, when it begins and when it is over. */
export class SignerState {
  /** What the last transaction may have cost that could not be paid; null if it could. */
  private missingWei: bigint | null = null;
  private low = false;
  private aboveCap = false;
  /** As of the last time that it was read; null before. */
  balanceWei: bigint | null = null;

  constructor(private readonly args: SignerStateArgs) {}

  get chain(): string {
    return this.args.chain;
  }

  get address(): string {
    return this.args.address;
  }

  /** Told of the balance now and then, and with `neededWei` whenever a transaction is to be signed. */
  balance(balanceWei: bigint, neededWei: bigint | null = null): void {
    const { log, minBalanceWei } = this.args;
    this.balanceWei = balanceWei;
    const where = { ...this.where, balance: formatEther(balanceWei) };
    const low = minBalanceWei !== null && balanceWei < minBalanceWei;
    if (low && !this.low)
      log.warn(
        { ...where, minimum: formatEther(minBalanceWei) },
        'the signer has little left: send it native currency',
      );
    if (!low && this.low) log.info(where, 'the signer has enough again');
    this.low = low;

    const wanted = neededWei ?? this.missingWei;
    const missing = wanted !== null && balanceWei < wanted;
    if (missing && this.missingWei === null)
      log.error(
        { ...where, needed: formatEther(wanted) },
        'the signer cannot pay for a transaction: send it native currency',
      );
    if (!missing && this.missingWei !== null) log.info(where, 'the signer can pay again');
    this.missingWei = missing ? wanted : null;
  }

  /** Told of the base fee whenever a transaction is to be signed. */
  fees(baseFeeWei: bigint, capWei: bigint): void {
    const aboveCap = baseFeeWei > capWei;
    const { log } = this.args;
    const where = { ...this.where, baseFeeGwei: formatUnits(baseFeeWei, 'gwei') };
    if (aboveCap && !this.aboveCap) {
      const advice = 'the base fee is above maxFeePerGasGwei: the lane waits until it falls, or until you allow more';
      log.warn({ ...where, maxFeePerGasGwei: formatUnits(capWei, 'gwei') }, advice);
    }
    if (!aboveCap && this.aboveCap) log.info(where, 'the base fee is within maxFeePerGasGwei again');
    this.aboveCap = aboveCap;
  }

  /** As of the last time that a transaction was to be signed. */
  get waitsForFees(): boolean {
    return this.aboveCap;
  }

  /** Why nothing can be sent; null while the signer can pay, however little it has. */
  get problem(): string | null {
    if (this.missingWei === null) return null;
    return `the signer cannot pay for a transaction: send it at least ${formatEther(this.missingWei)} in all, to ${this.args.address}`;
  }

  private get where() {
    return { chain: this.args.chain, signer: this.args.address };
  }
}
