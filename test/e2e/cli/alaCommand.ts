import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';

export interface Answer {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface AlaOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `./ala` as a person does: it installs and compiles what has changed first. */
export function launched(args: readonly string[]): Promise<Answer> {
  return runProgram(join(repositoryRoot(), 'ala'), args);
}

/** Runs the program behind `./ala` as it was last compiled: looking at every workspace takes seconds each time. */
export function ala(args: readonly string[], { env = {} }: AlaOptions = {}): Promise<Answer> {
  return runProgram(process.execPath, [join(repositoryRoot(), 'relayer', 'dist', 'cli.js'), ...args], env);
}

/** Runs a program of the checkout to its end, as from a shell of somebody who has set nothing of ALA's. */
export function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const own = { ...process.env, DATABASE_URL: '', ALA_LP_KEY: '', ...env };
  const child = spawn(command, args, { cwd: repositoryRoot(), env: own, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output, errors }));
  });
}

/** The JSON of a command that has to go through; one object for each line of output. */
export async function alaJson<Item>(args: readonly string[], options: AlaOptions = {}): Promise<Item[]> {
  const { status, output, errors } = await ala([...args, '--json'], options);
  if (status !== 0) throw new Error(`ala ${args.join(' ')} ended with ${status}: ${errors}`);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Item);
}
