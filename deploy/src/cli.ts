import { resolve } from 'node:path';
import { Command } from 'commander';
import { AlaError } from '@ala/shared/errors';
import { alone, applyDeployment } from './applyDeployment.js';
import { DeployConfigError } from './config/readConfig.js';
import { knownState, openDeployment, type OpenDeployment } from './openDeployment.js';
import { deployerAddress, deployerWallet, DeployerKeyError } from './run/deployerKey.js';
import { JournalError } from './run/journal.js';
import { describePlan, planSteps } from './run/plan.js';
import { differenceTable, type Difference } from './verify/difference.js';
import { environmentDifferences } from './verify/environment.js';
import { verifyDeployment } from './verify/verifyDeployment.js';

/** `ala deploy`. Status 0: as it should be; 1: not so, or it could not be done; 2: bad input. */
const program = new Command()
  .name('ala deploy')
  .description('deploys ALA to the chains of one YAML file (docs/deployment.md)')
  .exitOverride();

interface Options {
  readonly file: string;
  readonly json?: true;
}

program
  .command('plan')
  .description('print what is left to do, in order; sends nothing')
  .requiredOption('--file <yaml>', 'the deployment')
  .option('--json', 'one JSON object, with each transaction that is known already')
  .action((options: Options) =>
    opened(options.file, async (open) => {
      reading(open);
      const { steps, book } = knownState(open, deployerAddress(process.env));
      const planned = await planSteps({ clients: open.clients, book, journal: open.journal }, steps);
      const differences = await environmentDifferences(open.config, open.clients);
      if (options.json) print({ steps: planned, environment: differences });
      else process.stdout.write(`${environmentText(differences)}${describePlan(planned)}\n`);
      const stopped = planned.some(({ judgement: { state } }) => state === 'conflict' || state === 'unknown');
      process.exitCode = stopped || differences.length > 0 ? 1 : 0;
    }),
  );

program
  .command('apply')
  .description('do what is left, one step after the other; goes on where an interrupted run ended')
  .requiredOption('--file <yaml>', 'the deployment')
  .option('--keystore <file>', "the deployer's encrypted key; else ALA_DEPLOYER_KEY")
  .option('--redo <step...>', 'steps whose outcome is unknown, to be done anew')
  .option('--json', 'one JSON object at the end; progress goes to standard error')
  .action(async (options: Options & { readonly keystore?: string; readonly redo?: readonly string[] }) => {
    const say = (line: string): void => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
    const path = resolve(options.file);
    const wallet = await deployerWallet(options.keystore, process.env);
    // Opened once to know the file is good, and its journal's name; read again once nobody else deploys.
    const { journalPath, close } = openDeployment(path, process.env);
    close();
    await alone(journalPath, say, () =>
      opened(path, async (open) => {
        const { transactions } = await applyDeployment({
          open,
          wallet,
          say,
          ...(options.redo !== undefined && { redo: options.redo }),
        });
        if (options.json) print({ transactions, deployment: open.recordPath });
        say(transactions === 0 ? 'nothing was left to do' : `${transactions} transactions; all steps are done`);
        say(`addresses are in ${open.recordPath}`);
      }),
    );
  });

program
  .command('verify')
  .description('compare the chains with the file and print every difference; needs no key')
  .requiredOption('--file <yaml>', 'the deployment')
  .option('--json', 'one JSON object')
  .action((options: Options) =>
    opened(options.file, async (open) => {
      reading(open);
      const differences = await verifyDeployment({ config: open.config, clients: open.clients, ...knownState(open) });
      if (options.json) print({ differences });
      else {
        const verdict = differences.length === 0 ? 'no difference' : differenceTable(differences);
        process.stdout.write(`${verdict}\n`);
      }
      process.exitCode = differences.length === 0 ? 0 : 1;
    }),
  );

/** What takes its time is said; results go to standard output. */
function reading({ config }: OpenDeployment): void {
  process.stderr.write(
    `reading ${Object.keys(config.chains).join(', ')}: every contract, bridge and token of the file\n`,
  );
}

async function opened(file: string, work: (open: OpenDeployment) => Promise<void>): Promise<void> {
  const open = openDeployment(resolve(file), process.env);
  try {
    await work(open);
  } finally {
    open.close();
  }
}

function environmentText(differences: readonly Difference[]): string {
  if (differences.length === 0) return '';
  return `the chains are not as the file says; apply would refuse:\n${differenceTable(differences)}\n\n`;
}

/** Amounts as strings of decimal digits. */
function print(value: unknown): void {
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
  process.stdout.write(`${text}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  // commander has already written its own message, or the help that was asked for.
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const badInput =
      error instanceof DeployConfigError || error instanceof DeployerKeyError || error instanceof JournalError;
    process.stderr.write(`ala: ${error instanceof AlaError ? error.message : String(error)}\n`);
    process.exitCode = badInput ? 2 : 1;
  }
}
