import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the node may die by itself; `none` for one that only others kill. */
export type KillStage = 'written' | 'signed' | 'sent' | 'mined' | 'none';

export interface RestartedNodeArgs {
  readonly configPath: string;
  readonly stage: KillStage;
  /** Steps that the node has died at, one a line. */
  readonly killedFile: string;
  readonly logFile: string;
}

const program = fileURLToPath(new URL('./killableNode.js', import.meta.url)).replace('/test/e2e/', '/test/dist/e2e/');

/** A relayer node that is started again whenever it was killed, as a supervisor would. */
export class RestartedNode {
  private child: ChildProcess | null = null;
  private stopping = false;
  private failure: Error | null = null;
  /** How often it was started. */
  starts = 0;

  constructor(private readonly args: RestartedNodeArgs) {}

  start(): void {
    const { configPath, stage, killedFile, logFile } = this.args;
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, [program, configPath, stage, killedFile], { stdio: ['ignore', log, log] });
    closeSync(log);
    this.child = child;
    this.starts += 1;
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      if (signal === 'SIGKILL') this.start();
      else
        this.failure = new Error(
          `the node ended with ${String(signal ?? code)}:\n${readFileSync(logFile, 'utf8').slice(-4_000)}`,
        );
    });
  }

  /** Ends the node at whatever it is doing; it starts again. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** @throws what made the node end, if it was not a kill. */
  check(): void {
    if (this.failure !== null) throw this.failure;
  }

  /** Steps that the node has died at so far. */
  get killedAt(): string[] {
    const { killedFile } = this.args;
    return existsSync(killedFile) ? readFileSync(killedFile, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}
