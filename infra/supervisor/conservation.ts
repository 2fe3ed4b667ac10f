import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';

/** What the independent checker says; `table` is for people. */
export interface Conservation {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly table: string;
}

const TIMEOUT_MS = 60_000;

/** Runs the checker as a program of its own: it knows the deployment file and the chains, and nothing of what ran here. */
export function checkConservation(deploymentPath: string): Promise<Conservation> {
  const program = join(repositoryRoot(), 'test', 'dist', 'e2e', 'check-balances', 'cli.js');
  return new Promise((resolve) => {
    const args = [program, '--deployment', deploymentPath];
    execFile(process.execPath, args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const table = stdout.trimEnd();
      if (!error) return resolve({ ok: true, problems: [], table });
      const problem = stderr.trim() || `the checker ended with ${error.message}`;
      resolve({ ok: false, problems: [problem], table });
    });
  });
}
