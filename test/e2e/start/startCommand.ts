import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'infra', 'dist', 'start.js');

/** `npm start` without its installation and compilation. */
export class StartCommand {
  private readonly child: ChildProcess;
  private output = '';
  private errors = '';
  private readonly ended: Promise<number | null>;

  constructor(args: readonly string[]) {
    const program = `import { main } from ${JSON.stringify(PROGRAM)}; process.exitCode = await main(process.argv.slice(1));`;
    this.child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk) => (this.output += String(chunk)));
    this.child.stderr?.on('data', (chunk) => (this.errors += String(chunk)));
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Its exit status and what it printed. */
  async end(): Promise<{ status: number | null; lines: string[]; errors: string }> {
    const status = await this.ended;
    return { status, lines: this.output.trimEnd().split('\n'), errors: this.errors };
  }

  /** Returns once a line with this text was printed; throws if the command ends before. */
  async printed(text: string): Promise<void> {
    const early = this.ended.then((status) => {
      throw new Error(`ended with ${String(status)} before it printed "${text}": ${this.errors}`);
    });
    early.catch(() => undefined);
    const seen = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.output.includes(text)) resolve();
      };
      this.child.stdout?.on('data', look);
      look();
    });
    await Promise.race([seen, early]);
  }
}

/** Command lines of all processes that name the folder; Linux only. */
export function processesNaming(folder: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const commandLine = readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
        return commandLine.includes(folder) ? [commandLine] : [];
      } catch {
        // Ended meanwhile.
        return [];
      }
    });
}
