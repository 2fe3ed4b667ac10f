import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import type { KeeperEvent, KeeperRequest } from './keeperMessages.js';

/** A process that the keeper holds. */
export interface KeptProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves with the reason once the process has ended; never rejects. */
  readonly ended: Promise<string>;
  /** Sends the signal; await `ended` for the end. */
  kill(signal: NodeJS.Signals): void;
}

export interface SpawnOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** The program is one of ours: wait until it says that it is ready. */
  readonly awaitReady?: boolean;
}

interface Pending {
  pid: number;
  readonly begun: (pid: number) => void;
  readonly ended: (reason: string) => void;
  readonly awaitReady: boolean;
}

/** The compiled file of a program of the devnet, also when this file runs from source in a test. */
export function compiledProgram(path: string): string {
  return join(repositoryRoot(), 'infra', 'dist', 'devnet', path);
}

/** The devnet's end of the keeper: starts processes that end when this one does. */
export class Keeper {
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  private constructor(
    private readonly child: ChildProcess,
    private readonly gone: Promise<void>,
  ) {
    child.on('message', (event: KeeperEvent) => this.take(event));
  }

  static start(): Keeper {
    // A group of its own: Ctrl-C in a terminal reaches the devnet alone, which then ends things in order.
    const child = fork(compiledProgram('process/keeper.js'), [], {
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const keeper = new Keeper(child, gone);
    void gone.then(() => {
      for (const pending of keeper.pending.values()) pending.ended('the keeper has ended');
    });
    return keeper;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Starts a process; rejects when it ends before it has begun (and, with `awaitReady`, before it is ready). */
  spawn(options: SpawnOptions): Promise<KeptProcess> {
    const id = this.nextId++;
    const { name, command, args, logFile, awaitReady = false } = options;
    return new Promise((resolve, reject) => {
      let end: (reason: string) => void = () => undefined;
      const ended = new Promise<string>((done) => (end = done));
      const kill = (signal: NodeJS.Signals): void => this.ask({ type: 'kill', id, signal });
      this.pending.set(id, {
        pid: 0,
        awaitReady,
        begun: (pid) => resolve({ name, pid, logFile, ended, kill }),
        ended: (reason) => {
          end(reason);
          reject(new Error(`${name} ended at once (${reason}); its log is ${logFile}`));
        },
      });
      this.ask({ type: 'spawn', id, command, args, logFile, ipc: awaitReady });
    });
  }

  /** Ends all processes and the keeper itself. */
  async stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.gone;
  }

  private ask(request: KeeperRequest): void {
    // A keeper that is gone is noticed by its end, not by a failed write.
    if (this.child.connected) this.child.send(request, () => undefined);
  }

  private take(event: KeeperEvent): void {
    const pending = this.pending.get(event.id);
    if (!pending) return;
    if (event.type === 'spawned') {
      pending.pid = event.pid;
      if (!pending.awaitReady) pending.begun(event.pid);
    } else if (event.type === 'ready') {
      pending.begun(pending.pid);
    } else {
      this.pending.delete(event.id);
      pending.ended(event.reason);
    }
  }
}
