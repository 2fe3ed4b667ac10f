import { existsSync, readFileSync } from 'node:fs';
import { parseDeployment, type Deployment } from '@ala/shared/deployment';
import { openClient, type ChainClient } from './chain/client.js';
import { readConfig } from './config/readConfig.js';
import type { DeployConfig } from './config/schema.js';
import { adoptDeployment } from './record.js';
import { Journal, JournalError } from './run/journal.js';
import { adoptAddresses } from './run/plan.js';
import { deploymentSteps } from './steps/deploymentSteps.js';
import { AddressBook, type Step } from './steps/step.js';

/** A deployment's file with what lies beside it, and its chains. */
export interface OpenDeployment {
  readonly config: DeployConfig;
  readonly chainIds: Readonly<Record<string, number>>;
  readonly clients: Readonly<Record<string, ChainClient>>;
  readonly journalPath: string;
  readonly journal: Journal | null;
  /** Where `apply` writes what relayer and CLI read. */
  readonly recordPath: string;
  readonly close: () => void;
}

/** Reads the file and its journal, and opens its chains; nothing is asked of them yet. */
export function openDeployment(path: string, env: NodeJS.ProcessEnv): OpenDeployment {
  const config = readConfig(path, env);
  const chainIds = Object.fromEntries(Object.entries(config.chains).map(([name, { chainId }]) => [name, chainId]));
  const journalPath = Journal.pathFor(path);
  const journal = Journal.load(journalPath);
  journal?.requireFor({ network: config.network, chainIds });
  const clients = Object.fromEntries(
    Object.entries(config.chains).map(([name, chain]) => [name, openClient(name, chain)]),
  );
  return {
    config,
    chainIds,
    clients,
    journalPath,
    journal,
    recordPath: `${path.replace(/\.(ya?ml|json)$/, '')}.deployment.json`,
    close: () => {
      for (const client of Object.values(clients)) client.close();
    },
  };
}

/**
 * The steps and addresses as far as journal or deployment file know them, and each chain's first block. For reading, it does not
 * matter who deploys but for whether he is the owner: without a journal it is `deployer`.
 */
export function knownState(
  open: OpenDeployment,
  deployer = open.config.owner,
): {
  readonly steps: Step[];
  readonly book: AddressBook;
  readonly startBlocks: Readonly<Record<string, number>>;
} {
  const { config, journal, recordPath } = open;
  const steps = deploymentSteps(config, journal?.deployer ?? deployer);
  const book = new AddressBook();
  if (journal !== null) {
    adoptAddresses({ journal, book }, steps);
    return { steps, book, startBlocks: startBlocksOf(config, journal, steps) };
  }
  if (!existsSync(recordPath)) return { steps, book, startBlocks: {} };
  const deployment: Deployment = parseDeployment(readFileSync(recordPath, 'utf8'));
  if (deployment.network !== config.network) {
    throw new JournalError(`${recordPath} is of the network ${deployment.network}, not ${config.network}`);
  }
  adoptDeployment(deployment, steps, book);
  const startBlocks = Object.fromEntries(deployment.chains.map(({ name, startBlock }) => [name, startBlock]));
  return { steps, book, startBlocks };
}

/** By chain, the first block that holds a step of the deployment. */
export function startBlocksOf(config: DeployConfig, journal: Journal, steps: readonly Step[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(config.chains).map((chain) => {
      const own = new Set(steps.filter((step) => step.chain === chain).map(({ key }) => key));
      return [chain, journal.firstBlock((key) => own.has(key)) ?? 0];
    }),
  );
}
