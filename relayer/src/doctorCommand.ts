import { resolve } from 'node:path';
import { Command } from 'commander';
import { progress } from './command/terminal.js';
import { ConfigError, readConfig } from './config/config.js';
import { examine } from './doctor/examine.js';
import { levelOf, ok, problem, type Finding } from './doctor/finding.js';
import { findingJson, findingTable } from './doctor/report.js';

/** `ala doctor`: status 0 if nothing keeps a node from its work, else 1. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at everything that a node needs, and say what to do about what is wrong')
    .option('--config <file>', "the relayer's configuration", '.ala/devnet/relayer.json')
    .option('--json', 'one JSON object instead of a table')
    .action(async ({ config: path, json }: { config: string; json?: boolean }) => {
      const findings = await diagnose(resolve(path));
      process.stdout.write(`${json === true ? findingJson(findings) : findingTable(findings)}\n`);
      process.exitCode = levelOf(findings) === 'problem' ? 1 : 0;
    });
}

/** A configuration that cannot be read leaves nothing else to look at. */
async function diagnose(path: string): Promise<Finding[]> {
  const check = 'configuration';
  try {
    const config = readConfig(path, process.env);
    const { chains, spokes } = config.deployment;
    progress(
      `asking the database, ${chains.length} chains and the bridges of ${spokes.length} spokes, 10 s each at most`,
    );
    return [ok(check, `${path} can be used`), ...(await examine(config))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((says) =>
      problem(check, says, `correct ${path}: docs/architecture.md lists the settings`),
    );
  }
}
