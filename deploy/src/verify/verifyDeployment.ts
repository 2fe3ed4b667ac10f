import type { ChainClient } from '../chain/client.js';
import type { DeployConfig } from '../config/schema.js';
import type { AddressBook, Step } from '../steps/step.js';
import { contractDifferences } from './contractChecks.js';
import type { Difference } from './difference.js';
import { environmentDifferences } from './environment.js';
import { strangerDifferences } from './strangers.js';
import { timelockDifferences } from './timelocks.js';

export interface VerifyArgs {
  readonly config: DeployConfig;
  readonly steps: readonly Step[];
  readonly book: AddressBook;
  readonly clients: Readonly<Record<string, ChainClient>>;
  /** By chain, the first block that can hold an event of ALA. */
  readonly startBlocks: Readonly<Record<string, number>>;
}

/** Everything on the chains that is not as the file says; reads only. */
export async function verifyDeployment(args: VerifyArgs): Promise<Difference[]> {
  const { config, steps, book, clients, startBlocks } = args;
  const environment = await environmentDifferences(config, clients);
  if (environment.some(({ what }) => what === 'chain id')) return environment;
  const [contracts, strangers, timelocks] = await Promise.all([
    contractDifferences(config, steps, book, clients),
    strangerDifferences(config, steps, book, clients, startBlocks),
    timelockDifferences(config, steps, book, clients, startBlocks),
  ]);
  return [...environment, ...contracts, ...strangers, ...timelocks];
}
