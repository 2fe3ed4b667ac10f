import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { CallKind, Fault } from './faults.js';

/** Something that a node is about to do, or a time that it waits for. */
export interface Waiting {
  readonly owner: object;
  /** Null: it waits for `dueMs`. */
  readonly kind: CallKind | null;
  readonly label: string;
  /** Changes nothing, neither here nor for others. */
  readonly isRead: boolean;
  readonly dueMs: number;
  readonly release: (fault: Fault | null) => void;
}

interface Operation {
  readonly owner: object;
  /** Counts them as they begin. */
  readonly order: number;
  /** The database's process that works on it; null if it is none of the database. */
  pid: number | null;
  /** It waits for a lock that somebody holds who is not at work. */
  blocked: boolean;
  /** It has waited for one. */
  hasWaited: boolean;
}

/** Of an operation that has got its lock. */
interface LateAnswer {
  readonly operation: Operation;
  readonly give: () => void;
}

/** Calls that happen together, in the order of their release. */
interface Together {
  /** How each of them gets its answer. */
  readonly answers: (() => void)[];
  /** Of so many it was their turn; one that waited for a lock then gets its answer when it has it. */
  answered: number;
}

/** After this it is worth asking the database whether an operation waits for a lock. */
const LOCK_CHECK_MS = 25;

/** How long a lock may outlive the session of a node that was killed: the server ends it in its own time. */
const UNLOCK_PATIENCE_MS = 5_000;

/**
 * Lets one call of one node happen at a time, and everything that follows from it up to the next calls, which wait here until they
 * are released. What runs between two calls is only microtasks, so a turn of the event loop shows that it has come to its end.
 */
export class Scheduler {
  private waiting: Waiting[] = [];
  private readonly operations = new Set<Operation>();
  /** While calls happen together. */
  private held: Together | null = null;
  private begun = 0;
  private late: LateAnswer[] = [];
  private onSettled: () => void = () => undefined;

  constructor(
    /** Of these database processes those that wait for a lock. */
    private readonly waitingForLocks: (pids: readonly number[]) => Promise<ReadonlySet<number>>,
  ) {}

  /** Waits until the call is released; answers what shall go wrong with it. */
  arrive(call: Pick<Waiting, 'owner' | 'kind' | 'label' | 'isRead'>): Promise<Fault | null> {
    return new Promise((release) => this.waiting.push({ ...call, dueMs: 0, release }));
  }

  /** Waits until `dueMs` of the virtual clock. */
  sleep(owner: object, dueMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ owner, kind: null, label: 'pause', isRead: false, dueMs, release: () => resolve() });
    });
  }

  /**
   * Does something that takes the machine's time: nothing else is released until it has ended or waits for a lock.
   *
   * @param effect Is given what it tells the process of the database that works on it.
   */
  async track<T>(owner: object, effect: (worksOnIt: (pid: number) => void) => Promise<T>): Promise<T> {
    const operation: Operation = { owner, order: this.begun++, pid: null, blocked: false, hasWaited: false };
    this.operations.add(operation);
    const { held } = this;
    const place = (held?.answers.push(() => undefined) ?? 0) - 1;
    try {
      return await effect((pid) => (operation.pid = pid));
    } finally {
      this.operations.delete(operation);
      this.onSettled();
      if (held !== null && place >= held.answered) await new Promise<void>((answer) => (held.answers[place] = answer));
      // Who goes on first, this one or whoever let go of the lock, would be the server's to say.
      if (operation.hasWaited) await new Promise<void>((give) => this.late.push({ operation, give }));
    }
  }

  /** What may be released now, in the order of arrival. */
  ready(nowMs: number): readonly Waiting[] {
    return this.waiting.filter(({ dueMs }) => dueMs <= nowMs);
  }

  /** The earliest time that anybody waits for, or null. */
  nextDueMs(): number | null {
    return this.waiting.length === 0 ? null : Math.min(...this.waiting.map(({ dueMs }) => dueMs));
  }

  async release(chosen: Waiting, fault: Fault | null): Promise<void> {
    this.waiting = this.waiting.filter((other) => other !== chosen);
    chosen.release(fault);
    await this.settled();
  }

  /** Lets reads happen at the same time; their answers come one after the other, in this order. */
  async releaseTogether(chosen: readonly Waiting[]): Promise<void> {
    this.waiting = this.waiting.filter((other) => !chosen.includes(other));
    const held: Together = { answers: [], answered: 0 };
    this.held = held;
    for (const { release } of chosen) release(null);
    await this.settled();
    this.held = null;
    for (const answer of held.answers) {
      held.answered += 1;
      answer();
      await this.settled();
    }
  }

  /** What the owner was about to do never happens, and what it does now is not waited for. */
  forget(owner: object): void {
    this.waiting = this.waiting.filter((other) => other.owner !== owner);
    for (const operation of this.operations) if (operation.owner === owner) this.operations.delete(operation);
    this.late = this.late.filter(({ operation }) => operation.owner !== owner);
  }

  /** Waits until all that goes on by itself has come to a call, an end or a lock. */
  async settled(): Promise<void> {
    for (;;) {
      await turn();
      const working = [...this.operations].filter(({ blocked }) => !blocked);
      if (working.length === 0) {
        if (!(await this.unblock()) && !this.answerLate()) return;
      } else if (!(await this.oneSettles())) {
        await this.markBlocked(working);
      }
    }
  }

  /** Waits for what waits for a lock whose holder is gone. @returns false if nothing waits for one, or the lock is not let go. */
  async unlocked(): Promise<boolean> {
    // It has its lock and came to its end while nobody waited, as when a node that held it was killed.
    if (this.late.length > 0) {
      await this.settled();
      return true;
    }
    const before = this.operations.size;
    for (let waitedMs = 0; waitedMs < UNLOCK_PATIENCE_MS && before > 0; waitedMs += LOCK_CHECK_MS) {
      // What got its lock may have come to its end before anybody looked.
      if ((await this.unblock()) || this.operations.size < before) {
        await this.settled();
        return true;
      }
      await pause(LOCK_CHECK_MS);
    }
    return false;
  }

  /** @returns false if none has after a while. */
  private oneSettles(): Promise<boolean> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), LOCK_CHECK_MS);
      this.onSettled = () => {
        clearTimeout(late);
        resolve(true);
      };
    });
  }

  private async markBlocked(working: readonly Operation[]): Promise<void> {
    const pids = working.flatMap(({ pid }) => pid ?? []);
    if (pids.length === 0) return;
    const locked = await this.waitingForLocks(pids);
    for (const operation of working) {
      operation.blocked = operation.pid !== null && locked.has(operation.pid);
      operation.hasWaited ||= operation.blocked;
    }
  }

  /** Of those that have got a lock the one that began first goes on. @returns false if there is none. */
  private answerLate(): boolean {
    const [first] = [...this.late].sort((a, b) => a.operation.order - b.operation.order);
    if (first === undefined) return false;
    this.late = this.late.filter((other) => other !== first);
    first.give();
    return true;
  }

  /** @returns false if all that wait for a lock still do. */
  private async unblock(): Promise<boolean> {
    const blocked = [...this.operations].filter((operation) => operation.blocked);
    if (blocked.length === 0) return false;
    const locked = await this.waitingForLocks(blocked.flatMap(({ pid }) => pid ?? []));
    for (const operation of blocked) operation.blocked = operation.pid !== null && locked.has(operation.pid);
    return blocked.some((operation) => !operation.blocked);
  }
}
