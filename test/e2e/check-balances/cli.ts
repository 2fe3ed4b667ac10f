import { parseArgs } from 'node:util';
import { checkBalances } from './checkBalances.js';
import { formatReport, reportJson } from './formatReport.js';
import { AddressFileError } from './network.js';

const USAGE = 'usage: cli.js --deployment FILE [--json]';

/** The report goes to stdout, each failure also to stderr. Status 0: every token is accounted for; 1: it is not, or the chains cannot be read; 2: bad input. */
async function main(): Promise<number> {
  const { deployment, json } = readArguments();
  const report = await checkBalances(deployment);
  process.stdout.write(`${json ? reportJson(report) : formatReport(report)}\n`);
  for (const failure of report.failures) process.stderr.write(`${failure}\n`);
  return report.ok ? 0 : 1;
}

function readArguments(): { deployment: string; json: boolean } {
  try {
    const { values } = parseArgs({
      options: { deployment: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    if (values.deployment === undefined) throw new AddressFileError(USAGE);
    return { deployment: values.deployment, json: values.json };
  } catch (cause) {
    if (cause instanceof AddressFileError) throw cause;
    throw new AddressFileError(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`, { cause });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`check-balances: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof AddressFileError ? 2 : 1;
}
