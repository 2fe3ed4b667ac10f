import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';

/** A command of the documentation, and what a reader sees of it. */
export interface ShellCommand {
  /** As it is printed. */
  readonly command: string;
  /** What is run in its place, where the printed one takes too long or shows nothing. */
  readonly as?: string;
  /** On standard output. */
  readonly says?: RegExp;
  /** On standard error. */
  readonly complains?: RegExp;
  /** 0 if left out. */
  readonly status?: number;
  /** What later commands call so is the first group of the output's match. */
  readonly learns?: Readonly<Record<string, RegExp>>;
  /** Run again until it says so. */
  readonly patient?: boolean;
  /** Runs until it is told to end, beside those that follow. */
  readonly stays?: boolean;
  /** A program that is no part of the installation. */
  readonly needs?: string;
  /** A folder with the links that a checkout has, if left out. */
  readonly from?: 'repository';
}

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

const LOOKS_EVERY_MS = 500;
const PATIENCE_MS = 90_000;
const FIRST_PORT = 8_545;
const LAST_PORT = 8_551;
/** Programs behind `./ala` that are not those of the relayer's package. */
const LAUNCHER = `#!/bin/sh
case "$1" in
  deploy) shift; exec node deploy/dist/cli.js "$@" ;;
  *) exec node relayer/dist/cli.js "$@" ;;
esac
`;

/** A shell in a folder that looks like a checkout, whose devnet stands on other ports than the documentation's. */
export class DocShell {
  private readonly names = new Map<string, string>();
  private readonly running: ChildProcess[] = [];

  constructor(
    readonly folder: string,
    private readonly basePort: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    for (const name of ['deploy', 'infra', 'relayer', 'test', 'node_modules', 'docs', 'contracts', 'shared']) {
      symlinkSync(join(repositoryRoot(), name), join(folder, name));
    }
    mkdirSync(join(folder, '.ala'));
    // As it was last compiled: looking at every workspace takes seconds each time.
    writeFileSync(join(folder, 'ala'), LAUNCHER, { mode: 0o755 });
  }

  /** What the documentation calls `name` is this here. */
  call(name: string, value: string): void {
    this.names.set(name, value);
  }

  variable(name: string): string {
    return this.env[name] ?? '';
  }

  setEnv(changes: Readonly<Record<string, string>>): void {
    Object.assign(this.env, changes);
  }

  /** With what stands for the documentation's placeholders and ports. */
  filled(text: string): string {
    const ported = text.replaceAll(/127\.0\.0\.1:(\d+)/g, (whole, digits: string) => {
      const port = Number(digits);
      return port < FIRST_PORT || port > LAST_PORT ? whole : `127.0.0.1:${this.basePort + port - FIRST_PORT}`;
    });
    if (this.names.size === 0) return ported;
    // All at once: what stands for one may look like another.
    const names = [...this.names.keys()].sort((one, other) => other.length - one.length).join('|');
    return ported.replaceAll(new RegExp(`(?<!\\w)(${names})(?!\\w)`, 'g'), (name) => this.names.get(name) ?? name);
  }

  /** Runs it as a reader does, and answers what came of it the last time. */
  async run(wanted: ShellCommand): Promise<Ended> {
    const untilMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const ended = await this.once(wanted);
      const isThere = wanted.says === undefined || wanted.says.test(ended.output);
      if (isThere || wanted.patient !== true || Date.now() > untilMs) {
        this.learn(wanted, ended);
        return ended;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
    }
  }

  /** Ends what stays; answers how each of them ended. */
  async end(): Promise<(number | null)[]> {
    return Promise.all(
      this.running.splice(0).map((child) => {
        const ended = new Promise<number | null>((resolve) => {
          if (child.exitCode === null) child.once('close', resolve);
          else resolve(child.exitCode);
        });
        child.kill('SIGTERM');
        return ended;
      }),
    );
  }

  private async once({ command, as, from, stays }: ShellCommand): Promise<Ended> {
    const text = this.filled(as ?? command);
    const cwd = from === 'repository' ? repositoryRoot() : this.folder;
    // With `exec` a signal reaches the program itself.
    const child = spawn('bash', ['-c', stays === true ? `exec ${text}` : text], { cwd, env: this.env });
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    if (stays === true) {
      this.running.push(child);
      return { status: 0, output, errors };
    }
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { status, output, errors };
  }

  private learn({ learns = {} }: ShellCommand, { output }: Ended): void {
    for (const [name, pattern] of Object.entries(learns)) {
      const found = pattern.exec(output)?.[1];
      if (found !== undefined) this.call(name, found);
    }
  }
}

export function isInstalled(program: string): boolean {
  return spawnSync('bash', ['-c', `command -v ${program}`]).status === 0;
}
