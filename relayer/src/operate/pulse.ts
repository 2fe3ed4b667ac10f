import { Counter, Registry } from 'prom-client';

/** When a chain's following was last at the head, in milliseconds of this machine's clock; null before the first time. */
export type LastAtHead = ReadonlyMap<string, number | null>;

/**
 * How long rounds wait for a chain that was not at its head since the start: what is read in a minute or more was down, or has a history
 * that an auction should not wait for.
 */
const AWAITED_MS = 60_000;

/** What a running node notices of its own work. It is in memory only: counters begin at zero with each start. */
export class Pulse {
  readonly registry = new Registry();
  /** What the node cannot begin without; null once it is there. */
  missing: string | null = 'the database';
  private readonly problems = new Map<string, string>();
  private readonly halts = new Map<string, string>();
  private readonly atHead: Map<string, number | null>;
  private readonly reorgs = this.counter('ala_reorgs_total', 'Reorganisations that were undone', ['chain']);
  private readonly failures = this.counter('ala_failures_total', 'Steps that failed and are tried again', [
    'stage',
    'chain',
  ]);

  constructor(
    chains: readonly string[],
    private readonly startedAtMs: number,
  ) {
    this.atHead = new Map(chains.map((chain) => [chain, null]));
    for (const chain of chains) {
      this.reorgs.inc({ chain }, 0);
      for (const stage of ['follow', 'send']) this.failures.inc({ stage, chain }, 0);
    }
  }

  reachedHead(chain: string, nowMs: number): void {
    this.atHead.set(chain, nowMs);
    this.problems.delete(chain);
  }

  reorganised(chain: string): void {
    this.reorgs.inc({ chain });
  }

  failed(stage: 'follow' | 'send' | 'decide', chain: string): void {
    this.failures.inc({ stage, chain });
  }

  /** The chain is read, and not to its head yet. */
  behind(chain: string, why: string): void {
    this.problems.set(chain, why);
  }

  cannotRead(chain: string, problem: string): void {
    this.failed('follow', chain);
    this.problems.set(chain, problem);
  }

  /** To go on with the chain would be to go on wrong. */
  halted(chain: string, why: string): void {
    this.halts.set(chain, why);
  }

  /** The chain is read again, or may be. */
  released(chain: string): void {
    this.halts.delete(chain);
  }

  /** Why a chain is halted, by its name. */
  get haltedChains(): ReadonlyMap<string, string> {
    return this.halts;
  }

  /** Why a chain was not read to its head the last time, by its name. */
  get chainProblems(): ReadonlyMap<string, string> {
    return this.problems;
  }

  get lastAtHead(): LastAtHead {
    return this.atHead;
  }

  /** Chains that are not halted and were not at their head since the start, by name; none any more once the node is too long up. */
  awaitedChains(nowMs: number): string[] {
    if (nowMs > this.startedAtMs + AWAITED_MS) return [];
    return [...this.atHead].filter(([chain, atMs]) => atMs === null && !this.halts.has(chain)).map(([chain]) => chain);
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
