import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Wallet } from 'ethers';
import { AlaError } from '@ala/shared/errors';
import { parseDeployment } from '@ala/shared/deployment';
import { repositoryRoot } from './repositoryRoot.js';
import { startBlocksOf, type OpenDeployment } from './openDeployment.js';
import { deploymentRecord } from './record.js';
import { applySteps, type ApplyResult } from './run/apply.js';
import { Journal, JournalError } from './run/journal.js';
import type { Moment } from './run/sendStep.js';
import { deploymentSteps } from './steps/deploymentSteps.js';
import { AddressBook } from './steps/step.js';
import { differenceTable } from './verify/difference.js';
import { environmentDifferences } from './verify/environment.js';

export interface ApplyArgs {
  readonly open: OpenDeployment;
  readonly wallet: Wallet;
  readonly say: (line: string) => void;
  readonly redo?: readonly string[];
  readonly receiptTimeoutMs?: number;
  readonly pollMs?: number;
  readonly atMoment?: (step: string, moment: Moment) => void;
}

/** The chains are not what the file builds on: nothing was sent. */
export class EnvironmentError extends AlaError {}

const RECEIPT_TIMEOUT_MS = 900_000;
const POLL_MS = 1_000;

/** Deploys what is left of a file, and writes the deployment file once everything stands. */
export async function applyDeployment(args: ApplyArgs): Promise<ApplyResult> {
  const { open, wallet, say } = args;
  const { config, clients, chainIds, recordPath, journalPath } = open;
  if (open.journal === null && existsSync(recordPath)) {
    const problem = `${recordPath} is there, but its journal ${journalPath} is not: it would all be deployed again`;
    throw new JournalError(`${problem}; bring the journal back, or move the deployment file away`);
  }
  open.journal?.requireFor({ network: config.network, chainIds, deployer: wallet.address });
  const differences = await environmentDifferences(config, clients);
  if (differences.length > 0) {
    throw new EnvironmentError(
      `nothing was sent: the chains are not as the file says\n${differenceTable(differences)}`,
    );
  }
  const journal =
    open.journal ?? Journal.begin(journalPath, { network: config.network, deployer: wallet.address, chainIds });
  const steps = deploymentSteps(config, wallet.address);
  const book = new AddressBook();
  const result = await applySteps(
    {
      clients,
      book,
      journal,
      wallet,
      say,
      confirmations: Object.fromEntries(
        Object.entries(config.chains).map(([name, chain]) => [name, chain.confirmations]),
      ),
      receiptTimeoutMs: args.receiptTimeoutMs ?? RECEIPT_TIMEOUT_MS,
      pollMs: args.pollMs ?? POLL_MS,
      atMoment: args.atMoment ?? (() => undefined),
      redo: args.redo ?? [],
    },
    steps,
  );
  writeRecord(recordPath, deploymentRecord(config, book.at, startBlocksOf(config, journal, steps)));
  return result;
}

/** Its URLs may hold keys, so that others may not read it. */
function writeRecord(path: string, record: Readonly<Record<string, unknown>>): void {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  parseDeployment(text);
  writeFileSync(`${path}.draft`, text, { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}

interface LockModule {
  readonly acquireProcessLock: (
    path: string,
    options: { readonly onWait: (pid: number) => void },
  ) => Promise<{ readonly release: () => void }>;
}

/** Runs `work` while no other process does so for this journal; waits for one that does. */
export async function alone<Result>(
  journalPath: string,
  say: (line: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  // The command's own lock between processes, which has to run before anything is compiled.
  const module = join(repositoryRoot(), 'infra', 'install', 'processLock.mjs');
  const { acquireProcessLock } = (await import(pathToFileURL(module).href)) as LockModule;
  const lock = await acquireProcessLock(`${journalPath}.lock`, {
    onWait: (pid) => say(`waiting for process ${pid}, which is deploying from this file`),
  });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
